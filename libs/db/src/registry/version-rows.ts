import { PRIMARY_ALIAS, type VersionRecord } from '#libs/engine';
import { toInstant } from '../work/convert.ts';

/** A version and its model, neither of them deleted, as `toVersionRecord` reads them. */
export const VERSION_COLUMNS = `v.model_id AS "modelId", m.name AS model, v.version, v.artifact_uri AS "artifactUri",
  v.artifact_digest AS "artifactDigest", v.serving_url AS "servingUrl", v.serving_urls AS "servingUrls", v.health_path AS "healthPath", v.description, v.tags, v.source, v.dataset,
  v.signature, v.output_spec AS "outputSpec", v.baseline, v.upstreams, v.mlflow_source AS "mlflowSource",
  v.run_id AS "runId", v.run_link AS "runLink", v.stage, v.updated_at AS "updatedAt", v.created_at AS "createdAt",
  v.created_by AS "createdBy",
  v.card <> '' AS "hasCard", m."primary" = v.version AS "isPrimary",
  ARRAY(SELECT a.alias FROM alias a WHERE a.model_id = v.model_id AND a.version = v.version) AS aliases`;
export const VERSION_TABLES = 'version v JOIN model m ON m.id = v.model_id';

export interface VersionRow extends Omit<
  VersionRecord,
  'artifact' | 'servingUrls' | 'mlflow' | 'createdAt' | 'updatedAt' | 'aliases'
> {
  readonly aliases: string[];
  readonly isPrimary: boolean | null;
  readonly servingUrl: string | null;
  /** Where there are several; the first one is `servingUrl`. */
  readonly servingUrls: readonly string[] | null;
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
    servingUrls: row.servingUrls ?? (row.servingUrl === null ? [] : [row.servingUrl]),
    healthPath: row.healthPath,
    description: row.description,
    tags: row.tags,
    aliases: aliasesOf(row),
    source: row.source,
    dataset: row.dataset,
    signature: row.signature,
    outputSpec: row.outputSpec,
    baseline: row.baseline,
    upstreams: row.upstreams,
    hasCard: row.hasCard,
    mlflow: { source: row.mlflowSource, runId: row.runId, runLink: row.runLink, stage: row.stage },
    createdAt: toInstant(row.createdAt),
    updatedAt: toInstant(row.updatedAt),
    createdBy: row.createdBy,
  };
}

/** By name, the primary among them. */
function aliasesOf({ aliases, isPrimary }: VersionRow): readonly string[] {
  if (isPrimary === true) aliases.push(PRIMARY_ALIAS);
  return aliases.length > 1 ? aliases.sort() : aliases;
}
