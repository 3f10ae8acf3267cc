import type { OwnModel } from '../domain/provider-connection.events.js';
import book from './price-book.json';
import type { Tariffs } from './pricing.js';

/** Tokenizers that are public, so that the tokens of a text can be counted before it is sent. */
export type Encoding = 'o200k_base';

/** What is known of a model before it is called. */
export interface ModelPrice {
  readonly provider: string;
  readonly id: string;
  /** Dated names with the same prices. */
  readonly aliases: readonly string[];
  /** Tokens a call may have, input and output together; `null` when not known. */
  readonly contextWindow: number | null;
  /** Most tokens the model writes in one choice; `null` when not known. */
  readonly maxOutputTokens: number | null;
  readonly encoding: Encoding | null;
  /** Most input tokens one image can count for; `null` when not known. */
  readonly imageTokens: number | null;
  /** Members of a request that change the price in a way the tariffs do not show. */
  readonly unboundedMembers: readonly string[];
  readonly tariffs: Tariffs;
  /** Version of the book, or `own` for prices the owner of a connection entered. */
  readonly version: string;
}

const models: readonly ModelPrice[] = book.models.map((model) => ({
  ...model,
  encoding: model.encoding as Encoding | null,
  tariffs: model.tariffs as Tariffs,
  version: book.version,
}));

const byName = new Map(
  models.flatMap((model) => [model.id, ...model.aliases].map((name) => [`${model.provider}/${name}`, model] as const)),
);

/** Every model of a provider that has a public price, newest first as the book lists them. */
export const pricedModels = (provider: string): readonly ModelPrice[] =>
  models.filter((model) => model.provider === provider);

/** The price of a model by its exact name; `null` when the book does not list it. */
export const priceOfModel = (provider: string, model: string): ModelPrice | null =>
  byName.get(`${provider}/${model}`) ?? null;

/** Prices the owner of a connection entered; they hold for every tier and every kind of input token. */
export const priceOfOwnModel = (provider: string, { id, ...prices }: OwnModel): ModelPrice => {
  const input = Number(prices.inputMicroUsdPerMillion);
  const rates = { input, cacheRead: input, cacheWrite: input, output: Number(prices.outputMicroUsdPerMillion) };
  const tiers = ['default', 'flex', 'fast'] as const;
  return {
    provider,
    id,
    aliases: [],
    contextWindow: null,
    maxOutputTokens: null,
    encoding: null,
    imageTokens: null,
    unboundedMembers: [],
    tariffs: tiers.map((tier) => ({ tier, aboveInputTokens: 0, ...rates })),
    version: 'own',
  };
};
