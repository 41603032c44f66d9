import type { Clock } from '#libs/kernel';
import { type DeploymentRecord, recordDeployment, type UnitOfWork, type VersionRecord } from '#libs/engine';
import type { Logger } from '#libs/observe';
import { type Deployer, type DeployerReport, keyText } from './deployer.ts';

/** Requests that were under way when a version left the traffic get this long to end. */
const RETIRE_GRACE_MS = 3_000;
/** Milliseconds of rest for each that it took to ask what is wanted. */
const REST_PER_MS = 10;
const LONGEST_REST_MS = 2_000;

/**
 * Keeps what runs equal to what is wanted: every primary, and both sides of every live rollout.
 * What a deployer reports is written down when it differs from what is known.
 */
export class DeploymentLoop {
  private restUntil = -Infinity;
  private readonly unwantedSince = new Map<string, number>();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly deployers: readonly Deployer[],
    /** Why none of them serves a version, in words. */
    private readonly whyNone: (version: VersionRecord) => string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async tick(): Promise<void> {
    const startedAt = this.clock.now();
    if (startedAt < this.restUntil) return;
    const { wanted, unwanted } = await this.uow.run(async (stores) => ({
      wanted: await stores.deployments.wanted(),
      unwanted: await stores.deployments.unwanted(),
    }));
    // With many thousand models asking takes its time: it must not become all that the database does.
    const now = this.clock.now();
    this.restUntil = now + Math.min(LONGEST_REST_MS, REST_PER_MS * (now - startedAt));
    const keys = new Set(unwanted.map(keyText));
    for (const key of this.unwantedSince.keys()) if (!keys.has(key)) this.unwantedSince.delete(key);
    await Promise.all([
      ...wanted.map(({ version, known }) => this.ensure(version, known)),
      ...unwanted.map((deployment) => this.retire(deployment)),
    ]);
  }

  private async ensure(version: VersionRecord, known: DeploymentRecord | null): Promise<void> {
    const deployer = this.deployers.find((d) => d.serves(version));
    const report = deployer
      ? await deployer.ensure(version, known?.url ?? null)
      : {
          state: 'failed' as const,
          url: null,
          message: `nobody serves this version: it has no servingUrl, and ${this.whyNone(version)}`,
        };
    if (known && isKnown(known, report)) return;
    this.logger.info({ model: version.model, version: version.version, ...report }, 'deployment');
    await recordDeployment(this.uow, version.model, {
      modelId: version.modelId,
      version: version.version,
      ...report,
    });
  }

  private async retire(deployment: DeploymentRecord): Promise<void> {
    const key = keyText(deployment);
    const since = this.unwantedSince.get(key) ?? this.clock.now();
    this.unwantedSince.set(key, since);
    if (this.clock.now() - since < RETIRE_GRACE_MS) return;
    for (const deployer of this.deployers) await deployer.retire(deployment);
    this.unwantedSince.delete(key);
    await this.uow.run((stores) =>
      stores.deployments.save({
        modelId: deployment.modelId,
        version: deployment.version,
        state: 'retired',
        url: null,
        message: 'retired',
      }),
    );
    this.logger.info({ modelId: deployment.modelId, version: deployment.version }, 'retired');
  }
}

const isKnown = (known: DeploymentRecord, report: DeployerReport): boolean =>
  known.state === report.state &&
  known.url === report.url &&
  known.message === report.message &&
  (report.readyPath === undefined || known.readyPath === report.readyPath);
