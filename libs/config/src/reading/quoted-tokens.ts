/** Settings that are tokens. */
const TOKENS = ['UNDERSTUDY_ADMIN_TOKEN', 'UNDERSTUDY_TOKEN', 'UNDERSTUDY_ROUTER_TOKEN'];

/**
 * A sentence, without the token, for each that stands in quotes: env files of Docker keep them. It works where all sides have them, so it is
 * taken for one more release, and refused then.
 */
export const quotedTokens = (set: Readonly<Record<string, string | undefined>>): readonly string[] =>
  TOKENS.filter((name) => /^(["']).*\1$/s.test(set[name] ?? '')).map(
    (name) =>
      `${name} stands in quotes, which are a part of the token then (env files of Docker keep them): take them away, here and wherever the token is used; a later release refuses it`,
  );
