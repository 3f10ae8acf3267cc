/** How a provider is called in paths, in settings and in front of its models. */
export const PROVIDER_NAME = /^[a-z][a-z0-9-]{1,39}$/;
