import { z } from 'zod';
import { isOpenUrl, splitServingUrl } from '#libs/kernel';

/** Replicas of one version. */
const MOST_URLS = 32;

/** MLflow's own: a path follows. */
const WITHOUT_HOST = /^(runs|models|mlflow-artifacts):$/;

/** A URL of these schemes, without credentials in it. */
export const url = (...schemes: string[]) =>
  z
    .string()
    .max(2_000)
    .refine(
      (text) => isOpenUrl(text, schemes),
      `a URL that starts with ${schemes.map((s) => s + (WITHOUT_HOST.test(s) ? '/' : '//')).join(' or ')}, without a password in it`,
    );
const servingUrl = url('http:', 'https:');

/** Where a version answers, in two fields of a registration. */
export const servingFields = {
  servingUrl: servingUrl.nullable().default(null).describe('Where it answers: a list of one'),
  servingUrls: z
    .array(servingUrl)
    .min(1, 'name one at least, or leave servingUrls out')
    .max(MOST_URLS, `at most ${MOST_URLS} serving URLs; a name may have more addresses`)
    .superRefine((urls, context) => {
      const seen = new Map<string, number>();
      for (const [at, one] of urls.entries()) {
        if (!URL.canParse(one)) continue;
        const before = seen.get(identityOf(one));
        if (before === undefined) seen.set(identityOf(one), at);
        else
          context.addIssue({
            code: 'custom',
            path: [at],
            message: `the same server as serving URL ${before}; name each replica once`,
          });
      }
    })
    .nullable()
    .default(null)
    .describe(
      'Where its replicas answer: gateways balance over them; servingUrl, where it is there too, is the first',
    ),
};

/** Two fields become the list that is meant; where they do not agree, nobody can tell. */
export function withServingUrls<T extends { servingUrl: string | null; servingUrls: string[] | null }>(
  { servingUrl: one, servingUrls: several, ...rest }: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'servingUrl' | 'servingUrls'> & { servingUrls: readonly string[] } {
  const [first] = several ?? [];
  if (one !== null && first !== undefined && identityOf(one) !== identityOf(first))
    context.addIssue({
      code: 'custom',
      path: ['servingUrl'],
      message: 'not the first of servingUrls; leave one of the two out',
    });
  return { ...rest, servingUrls: several ?? (one === null ? [] : [one]) };
}

/** The same two fields of an edit: left out, the version answers where it did; `null`: nowhere of its own. */
export const servingEdits = {
  servingUrl: servingFields.servingUrl.unwrap().optional().describe('Where it answers: a list of one'),
  servingUrls: servingFields.servingUrls.unwrap().optional().describe('Where its replicas answer'),
};

/** As `withServingUrls`, of an edit: `undefined` where neither field is said. */
export function withServingEdit<
  T extends { servingUrl?: string | null | undefined; servingUrls?: string[] | null | undefined },
>(
  { servingUrl, servingUrls, ...rest }: T,
  context: z.core.$RefinementCtx,
): Omit<T, 'servingUrl' | 'servingUrls'> & { servingUrls: readonly string[] | undefined } {
  if (servingUrl === undefined && servingUrls === undefined) return { ...rest, servingUrls: undefined };
  const said = { servingUrl: servingUrl ?? null, servingUrls: servingUrls ?? null };
  return { ...rest, ...withServingUrls(said, context) };
}

/** Two URLs of the same identity lead to the same place: default ports, the case of hosts and slashes at the end say nothing. */
function identityOf(text: string): string {
  const { protocol, hostname, port, pathname, search } = new URL(text);
  const { address } = splitServingUrl(`${protocol}//${hostname.replace(/\.$/, '')}:${port}${pathname}`);
  return `${address}${search}`;
}
