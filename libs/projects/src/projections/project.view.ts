import { formatUsd } from '@app/kernel';

import type { ProjectSettings } from '../domain/project-settings.js';

/** A project as answers show it. */
export interface ProjectView {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly slug: string;
  readonly region: string;
  readonly description: string | null;
  readonly createdAt: string;
}

/** Settings as answers show them, with the version of the stream they stand at. */
export interface ProjectSettingsView extends Omit<ProjectSettings, 'spendCap'> {
  readonly spendCap: { readonly monthlyUsd: string; readonly enforce: boolean } | null;
  readonly version: number;
}

export const settingsViewOf = (settings: ProjectSettings, version: number): ProjectSettingsView => ({
  defaultProvider: settings.defaultProvider,
  defaultModel: settings.defaultModel,
  requestsPerMinute: settings.requestsPerMinute,
  testRequestsPerMinute: settings.testRequestsPerMinute,
  spendCap: settings.spendCap && {
    monthlyUsd: formatUsd(settings.spendCap.monthlyMicroUsd),
    enforce: settings.spendCap.enforce,
  },
  version,
});
