/** How a name ends whose value lets somebody in, without what is between its words. (`max_tokens` counts; it lets nobody in.) */
const CREDENTIAL =
  /(?:authorization|cookie|apikey|accesskey|subscriptionkey|functionskey|token|secret|password|passwd|credentials?|jwt)$/;
/** The same of the value itself only: what lies below such a field may be anything. */
const ALSO_LAST = /(?:^x?auth|sessionid|assertion|oidcdata)$/;

/**
 * Is this the name of a header, or a path to a field, whose value lets somebody in: `Authorization`, `X-Api-Key`, `$.user.accessToken`,
 * `$.headers.Authorization[0]`, `$.password.value`? Such a value must not become the name of a segment, which is in evidence, reasons and events for good.
 */
export function holdsCredential(name: string): boolean {
  const keys = name
    .split(/[.[\]]+/)
    .map((key) => key.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase())
    // What is in a list is called as the list is.
    .filter((key) => !/^\d*$/.test(key));
  return keys.some((key) => CREDENTIAL.test(key)) || ALSO_LAST.test(keys.at(-1) ?? '');
}
