/** A model the key can call. */
export class ModelResponse {
  /**
   * Name to call it by.
   * @example "openai/gpt-4o-mini"
   */
  id: string;

  /** @example "model" */
  object: string;

  /**
   * Unix seconds; the same for all.
   * @example 1767225600
   */
  created: number;

  /**
   * The provider; `custom:<provider>` for models the connection's owner entered.
   * @example "openai"
   */
  owned_by: string;

  /**
   * The provider's own name of it.
   * @example "gpt-4o-mini"
   */
  name: string;

  /** @example "chat" */
  type: string;

  /**
   * Tokens of a call, input and output together; `null` when not known.
   * @example 128000
   */
  context_window: number | null;

  /** @example "gpt-4o-mini of openai" */
  description: string;
}

/** A provider with models in the list. */
export class ModelProviderResponse {
  /** @example "openai" */
  id: string;

  /** @example "openai" */
  name: string;

  /** @example 17 */
  model_count: number;
}

export class ModelListResponse {
  /** @example "list" */
  object: string;

  data: ModelResponse[];

  providers: ModelProviderResponse[];
}
