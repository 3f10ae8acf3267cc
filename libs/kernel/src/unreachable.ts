/** Ends an exhaustive switch: the compiler refuses a call that can be reached. */
export const unreachable = (value: never): never => {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
};
