import type { OrganizationId, ProjectId } from '@app/kernel';
import type { OwnModel, ProviderFormat } from '@app/providers';
import type { Secret } from '@app/platform';

import type { CallEnvironment } from '../admission/admission.js';

/** Whose configuration it is: the project a key belongs to, in the key's environment. */
export interface ConfigurationScope {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId;
  readonly environment: CallEnvironment;
}

/** A provider the project has connected, with its credential opened. Lives in memory only. */
export interface Connection {
  readonly provider: string;
  readonly format: ProviderFormat;
  readonly baseUrl: string;
  readonly credential: Secret;
  readonly defaultModel: string | null;
  readonly models: readonly OwnModel[];
}

/** Everything a call of a project is judged by, as it stood at `version`. Never changed: a newer one takes its place. */
export interface ProjectConfiguration extends ConfigurationScope {
  readonly version: number;
  readonly defaultProvider: string | null;
  readonly defaultModel: string | null;
  /** An enforced spend cap holds for these calls, so each needs a known bound of its cost. */
  readonly capEnforced: boolean;
  /** By provider, in the order of their names. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** Whether the built-in provider `sandbox` answers. */
  readonly sandbox: boolean;
}
