import { Secret } from '@app/platform';

import type { Connection, ProjectConfiguration } from './project-configuration.js';
import { resolveModel } from './resolve-model.js';

const connection = (
  provider: string,
  models: readonly string[] = [],
  defaultModel: string | null = null,
): Connection => ({
  provider,
  format: 'openai',
  baseUrl: `https://${provider}.example/v1`,
  credential: new Secret('s'),
  defaultModel,
  models: models.map((id) => ({ id, inputMicroUsdPerMillion: '1000000', outputMicroUsdPerMillion: '2000000' })),
});

const configuration = (
  connections: readonly Connection[],
  settings: Partial<ProjectConfiguration> = {},
): ProjectConfiguration => ({
  organizationId: 'org_0',
  projectId: 'prj_0',
  environment: 'production',
  version: 1,
  defaultProvider: null,
  defaultModel: null,
  capEnforced: false,
  connections: new Map(connections.map((each) => [each.provider, each])),
  sandbox: true,
  ...settings,
});

const OPENAI = connection('openai');
const ACME = connection('acme', ['llama', 'gpt-4o', 'meta/llama-3']);
const both = configuration([ACME, OPENAI]);
const nameOf = (from: ProjectConfiguration, requested: string | null): string => {
  const { provider, model, price } = resolveModel(from, requested);
  return `${provider} ${model} ${price?.version === 'own' ? 'own' : price ? 'book' : 'unpriced'}`;
};
const refusal = (from: ProjectConfiguration, requested: string | null): unknown => {
  try {
    return nameOf(from, requested);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('model resolution', () => {
  it('takes `provider/model` at its word, known price or not', () => {
    expect(nameOf(both, 'openai/gpt-4o')).toBe('openai gpt-4o book');
    expect(nameOf(both, 'acme/gpt-4o')).toBe('acme gpt-4o own');
    expect(nameOf(both, 'openai/ft:gpt-4o:acme')).toBe('openai ft:gpt-4o:acme unpriced');
    expect(nameOf(both, 'acme/meta/llama-3')).toBe('acme meta/llama-3 own');
  });

  it('strips a leading `cencori/`', () => {
    expect(nameOf(both, 'cencori/openai/gpt-4o')).toBe('openai gpt-4o book');
    expect(nameOf(configuration([OPENAI], { defaultModel: 'gpt-4o' }), 'cencori/auto')).toBe('openai gpt-4o book');
  });

  it('finds a bare name at the default provider first, then at the first connection that has it', () => {
    expect(nameOf(both, 'gpt-4o')).toBe('acme gpt-4o own');
    expect(nameOf({ ...both, defaultProvider: 'openai' }, 'gpt-4o')).toBe('openai gpt-4o book');
    expect(nameOf(both, 'llama')).toBe('acme llama own');
    expect(nameOf(both, 'meta/llama-3')).toBe('acme meta/llama-3 own');
    expect(nameOf(both, 'gpt-4.1')).toBe('openai gpt-4.1 book');
  });

  it('takes the project’s default for no model, an empty one and `auto`', () => {
    const defaults = { defaultProvider: 'openai', defaultModel: 'gpt-4o-mini' };
    for (const requested of [null, '', ' ', 'auto']) {
      expect(nameOf(configuration([OPENAI], defaults), requested)).toBe('openai gpt-4o-mini book');
    }
    expect(nameOf(configuration([OPENAI], { ...defaults, defaultModel: 'openai/gpt-4o' }), null)).toBe(
      'openai gpt-4o book',
    );
    expect(nameOf(configuration([OPENAI], { defaultModel: 'openai/gpt-4o' }), null)).toBe('openai gpt-4o book');
    expect(nameOf(configuration([connection('acme', ['m'], 'm')], { defaultProvider: 'acme' }), null)).toBe(
      'acme m own',
    );
  });

  it('reaches the sandbox by its name, and a connection of that name never', () => {
    expect(resolveModel(both, 'sandbox/echo')).toMatchObject({ provider: 'sandbox', model: 'echo', connection: null });
    expect(refusal(both, 'sandbox/gpt-4o')).toBe('MODEL_NOT_FOUND');
    expect(refusal(both, 'echo')).toBe('MODEL_NOT_FOUND');
    expect(refusal({ ...both, sandbox: false }, 'sandbox/echo')).toBe('MODEL_NOT_FOUND');
    expect(nameOf(configuration([], { defaultProvider: 'sandbox', defaultModel: 'echo' }), null)).toBe(
      'sandbox echo book',
    );
  });

  it('says that a provider is not connected where a known one would do', () => {
    const none = configuration([]);
    expect(refusal(none, 'openai/gpt-4o')).toBe('PROVIDER_NOT_CONFIGURED');
    expect(refusal(none, 'gpt-4o')).toBe('PROVIDER_NOT_CONFIGURED');
    expect(refusal(configuration([], { defaultProvider: 'openai', defaultModel: 'gpt-4o' }), null)).toBe(
      'PROVIDER_NOT_CONFIGURED',
    );
    expect(refusal(configuration([], { defaultProvider: 'acme' }), null)).toBe('PROVIDER_NOT_CONFIGURED');
  });

  it.each([null, 'nothing', 'acmé/llama', 'openai/', '/gpt-4o', 'toString', '__proto__/x', 'elsewhere/gpt-4o-x'])(
    'does not know %j',
    (requested) => {
      expect(refusal(configuration([ACME]), requested)).toMatch(/^MODEL_NOT_FOUND$|^PROVIDER_NOT_CONFIGURED$/);
    },
  );
});
