/** What may be shown of a credential: `...` and its last four characters; of a shorter one nothing. */
export const keyHintOf = (credential: string): string =>
  credential.length <= 4 ? '****' : `...${credential.slice(-4)}`;
