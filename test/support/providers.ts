import type { ShownProject } from './projects.js';

export const providersPath = ({ id }: Pick<ShownProject, 'id'>): string => `/v1/projects/${id}/providers`;

/** A public unicast address: it passes every rule for addresses, and nothing in a test connects to it. */
export const PUBLIC_BASE_URL = 'https://1.1.1.1/v1';
