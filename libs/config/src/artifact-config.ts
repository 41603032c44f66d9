import path from 'node:path';
import { z } from 'zod';
import type { CommandNeeds } from './deployer-config.ts';
import { mlflowConfig, mlflowSettings } from './mlflow-config.ts';
import { exportS3Config, s3Config, s3Settings } from './s3-config.ts';

/** Where artifacts are kept, and where they may be read from. */
export const artifactSettings = {
  ARTIFACT_FOLDER: z.string().min(1).optional(),
  MAX_ARTIFACT_BYTES: z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .min(1, 'must be at least 1')
    .max(Number.MAX_SAFE_INTEGER)
    .default(16 * 1024 ** 3),
  ARTIFACT_FILE_FOLDERS: z.string().optional(),
  ...mlflowSettings,
  ...s3Settings,
};

type Settings = z.output<z.ZodObject<typeof artifactSettings>>;

/**
 * Can a deployer with such a command serve what MLflow's clients register? One that asks for the artifact can where their
 * sources are read, and get a digest.
 */
export const servesSources = (
  needs: CommandNeeds | null,
  env: Pick<Settings, 'MLFLOW_TRACKING_URI' | 'ARTIFACT_S3_BUCKETS'>,
): boolean =>
  needs === 'artifact' ? mlflowConfig(env) !== null || env.ARTIFACT_S3_BUCKETS !== undefined : needs !== null;

/** @param isLoopback does this process listen where only its machine is? */
export function artifactConfig(env: Settings & { UNDERSTUDY_HOME: string }, isLoopback: boolean) {
  const folder = env.ARTIFACT_FOLDER ?? path.join(env.UNDERSTUDY_HOME, 'uploads');
  return {
    artifactFolder: path.resolve(folder),
    /** `null`: places of MLflow are not read. */
    mlflow: mlflowConfig(env),
    exportS3: exportS3Config(env),
    maxArtifactBytes: env.MAX_ARTIFACT_BYTES,
    /** What libs/artifacts reads by, besides what it asks with. */
    artifactPlaces: {
      mostBytes: env.MAX_ARTIFACT_BYTES,
      s3: s3Config(env),
      // What lies below is ours: nothing that a version may name. The last is where model servers' folders are (OPEN_PLACE).
      closed: [env.UNDERSTUDY_HOME, folder, '/var/lib/understudy'].map((f) => path.resolve(f)),
      // Who only this machine can reach may read what is on it.
      folders:
        env.ARTIFACT_FILE_FOLDERS === undefined
          ? isLoopback
            ? [path.parse(process.cwd()).root]
            : []
          : env.ARTIFACT_FILE_FOLDERS.split(path.delimiter)
              .filter(Boolean)
              .map((f) => path.resolve(f)),
    },
  };
}
