import { z } from 'zod';

/** MLflow's own names: what its clients are told, api and worker are told by the same variables. */
export const mlflowSettings = {
  /** The tracking server that `runs:/`, `models:/m-…` and `mlflow-artifacts:/` are read from; other than http(s): none is. */
  MLFLOW_TRACKING_URI: z.string().min(1).optional(),
  MLFLOW_TRACKING_TOKEN: z.string().min(1).optional(),
  MLFLOW_TRACKING_USERNAME: z.string().min(1).optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().min(1).optional(),
  /** Authorities that sign its certificate, besides those that Node.js trusts. */
  MLFLOW_TRACKING_SERVER_CERT_PATH: z.string().min(1).optional(),
};

/** They are MLflow's, so that model servers get them where `DEPLOYER_ENV` says `MLFLOW_*`. */
export const SHARED_SETTINGS: ReadonlySet<string> = new Set(Object.keys(mlflowSettings));

type Settings = z.output<z.ZodObject<typeof mlflowSettings>>;

export interface MlflowTracking {
  /** Without credentials, and without a slash at the end. */
  readonly url: string;
  /** The header `authorization`; `null`: none. */
  readonly authorization: string | null;
  /** Path of a PEM file. */
  readonly ca: string | null;
}

/** The tracking server; `null`: none is read from. As in MLflow's client, a user with a password comes before a token. */
export function mlflowConfig(env: Settings): MlflowTracking | null {
  const uri = env.MLFLOW_TRACKING_URI ?? '';
  if (!/^https?:\/\//i.test(uri) || !URL.canParse(uri)) return null;
  const { origin, pathname, username, password } = new URL(uri);
  const user = env.MLFLOW_TRACKING_USERNAME ?? decoded(username);
  const pass = env.MLFLOW_TRACKING_PASSWORD ?? decoded(password);
  const basic =
    user === '' || pass === '' ? null : `Basic ${Buffer.from(`${user}:${pass}`).toString('base64')}`;
  const token = env.MLFLOW_TRACKING_TOKEN;
  return {
    url: origin + pathname.replace(/\/+$/, ''),
    authorization: basic ?? (token === undefined ? null : `Bearer ${token}`),
    ca: env.MLFLOW_TRACKING_SERVER_CERT_PATH ?? null,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
