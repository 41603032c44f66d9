import type { VersionRecord } from '#libs/engine';
import { toInstant } from './convert.ts';

/** A version and its model, neither of them deleted, as `toVersionRecord` reads them. */
export const VERSION_COLUMNS = `v.model_id AS "modelId", m.name AS model, v.version, v.artifact_uri AS "artifactUri",
  v.artifact_digest AS "artifactDigest", v.serving_url AS "servingUrl", v.description, v.tags, v.source, v.dataset,
  v.signature, v.output_spec AS "outputSpec", v.baseline, v.upstreams, v.card, v.mlflow_source AS "mlflowSource",
  v.run_id AS "runId", v.run_link AS "runLink", v.stage, v.updated_at AS "updatedAt", v.created_at AS "createdAt",
  v.created_by AS "createdBy",
  ARRAY(SELECT a.alias FROM alias a WHERE a.model_id = v.model_id AND a.version = v.version
        UNION ALL SELECT 'primary' WHERE m."primary" = v.version ORDER BY 1) AS aliases`;
export const VERSION_TABLES = 'version v JOIN model m ON m.id = v.model_id';

export interface VersionRow extends Omit<VersionRecord, 'artifact' | 'mlflow' | 'createdAt' | 'updatedAt'> {
  readonly artifactUri: string | null;
  readonly artifactDigest: string | null;
  readonly mlflowSource: string | null;
  readonly runId: string | null;
  readonly runLink: string | null;
  readonly stage: VersionRecord['mlflow']['stage'];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function toVersionRecord(row: VersionRow): VersionRecord {
  const { artifactUri, artifactDigest } = row;
  return {
    modelId: row.modelId,
    model: row.model,
    version: row.version,
    artifact:
      artifactUri !== null && artifactDigest !== null ? { uri: artifactUri, digest: artifactDigest } : null,
    servingUrl: row.servingUrl,
    description: row.description,
    tags: row.tags,
    aliases: row.aliases,
    source: row.source,
    dataset: row.dataset,
    signature: row.signature,
    outputSpec: row.outputSpec,
    baseline: row.baseline,
    upstreams: row.upstreams,
    card: row.card,
    mlflow: { source: row.mlflowSource, runId: row.runId, runLink: row.runLink, stage: row.stage },
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
    createdBy: row.createdBy,
  };
}
