import { type ModelPrice, pricedModels, SANDBOX } from '@app/providers';

import type { Connection, ProjectConfiguration } from './project-configuration.js';
import { priceAt } from './resolve-model.js';

/** A model the key can call, in OpenAI's form with what pickers of models show. */
export interface ListedModel {
  /** Name to call it by: `provider/model`. */
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly name: string;
  readonly type: 'chat';
  readonly context_window: number | null;
  readonly description: string;
}

/** 2026-01-01. Clients want a time that stays the same; providers do not agree on what it means. */
const CREATED = 1_767_225_600;

const listed = ({ provider, id, contextWindow, version }: ModelPrice): ListedModel => ({
  id: `${provider}/${id}`,
  object: 'model',
  created: CREATED,
  owned_by: version === 'own' ? `custom:${provider}` : provider,
  name: id,
  type: 'chat',
  context_window: contextWindow,
  description: `${id} of ${provider}`,
});

const modelsAt = (connection: Connection): readonly ModelPrice[] => {
  const names = [...connection.models, ...pricedModels(connection.provider)].map(({ id }) => id);
  return [...new Set(names)].map((name) => priceAt(connection, name)).filter((price) => price !== null);
};

/** Every model with a known price that the project's connections offer. */
export const listModels = ({ connections, sandbox }: ProjectConfiguration): readonly ListedModel[] =>
  [...[...connections.values()].flatMap(modelsAt), ...(sandbox ? pricedModels(SANDBOX) : [])].map(listed);
