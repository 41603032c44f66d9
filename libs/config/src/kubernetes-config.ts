import { z } from 'zod';
import { token } from './reading/kinds.ts';

/** Where a Pod finds what its service account may do. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const port = z.coerce
  .number({ error: 'not a number' })
  .int('not a whole number')
  .min(0, 'a port is 0 to 65535')
  .max(65_535, 'a port is 0 to 65535');
const httpUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol),
    'not a URL that starts with https:// or http://',
  );

const KINDS = 'HTTPRoute, GRPCRoute, or both with a comma between them';

/** Kubernetes itself sets `KUBERNETES_PORT` and its like in every Pod: no setting of ours may be called so. */
export const kubernetesSettings = {
  /** Of the API server; unset: where a Pod finds it. */
  KUBERNETES_API_URL: httpUrl.optional(),
  KUBERNETES_TOKEN_FILE: z.string().min(1).default(`${ACCOUNT}/token`),
  KUBERNETES_CA_FILE: z.string().min(1).default(`${ACCOUNT}/ca.crt`),
  /** The only namespace whose routes are followed; unset: all of them. */
  KUBERNETES_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not the name of a namespace')
    .optional(),
  /** Kinds of routes that are followed. Each must be known to the API server, and its rights be there. */
  KUBERNETES_KINDS: z
    .string()
    .default('HTTPRoute')
    .transform((text) => [...new Set(text.split(',').map((kind) => kind.trim()))])
    .pipe(z.array(z.enum(['HTTPRoute', 'GRPCRoute'], { error: KINDS }))),
  KUBERNETES_FOREIGN_EDITS: z
    .enum(['take-back', 'pause'], { error: 'take-back or pause' })
    .default('take-back'),
  /** The router's token, whose process has it as UNDERSTUDY_TOKEN: who prepares the database sees to it that it is known there. */
  UNDERSTUDY_ROUTER_TOKEN: token(16).optional(),
  /** Figures of the Kubernetes router; unset: 7408, or any free port where that one is taken. */
  ROUTER_PORT: port.optional(),
  /** Set by Kubernetes in every Pod. */
  KUBERNETES_SERVICE_HOST: z.string().min(1).optional(),
  KUBERNETES_SERVICE_PORT: port.optional(),
};

type Read = Readonly<z.infer<z.ZodObject<typeof kubernetesSettings>>>;

export const kubernetesConfig = (env: Read) => ({
  kubernetes: {
    /** `null`: this is no Pod, and nobody has said where it is. */
    apiUrl: env.KUBERNETES_API_URL?.replace(/\/+$/, '') ?? urlInPod(env),
    tokenFile: env.KUBERNETES_TOKEN_FILE,
    caFile: env.KUBERNETES_CA_FILE,
    namespace: env.KUBERNETES_NAMESPACE ?? null,
    kinds: env.KUBERNETES_KINDS,
    foreignEdits: env.KUBERNETES_FOREIGN_EDITS,
    port: env.ROUTER_PORT ?? null,
    routerToken: env.UNDERSTUDY_ROUTER_TOKEN ?? null,
  },
});

function urlInPod({
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port = 443,
}: Read): string | null {
  if (host === undefined) return null;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
