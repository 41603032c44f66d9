import { shownUrl, type Clock } from '#libs/kernel';
import {
  afterProbe,
  recordDeployment,
  together,
  type DeploymentRecord,
  type Readiness,
  type ServingProbe,
  type UnitOfWork,
  type VersionRecord,
} from '#libs/engine';
import type { Logger } from '#libs/observe';

/** Taken at once by one worker; other workers take others. */
const MOST_CLAIMED = 64;
/** Model servers that are asked at the same time. */
const MOST_AT_ONCE = 32;
/** Milliseconds of rest for each that it took to ask what is due. */
const REST_PER_MS = 10;
const LONGEST_REST_MS = 2_000;

interface Due {
  readonly version: VersionRecord;
  readonly known: DeploymentRecord;
}

/**
 * Goes on asking model servers that somebody else runs whether they are ready, for as long as callers could be sent
 * there: versions on routes, and those that a rollback would go to. All workers share what is due. Only what changes
 * is written down.
 */
export class ReadinessWatch {
  private restUntil = -Infinity;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly serving: ServingProbe,
    private readonly settings: { readonly readyMs: number; readonly onError: (error: unknown) => void },
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async tick(): Promise<void> {
    const startedAt = this.clock.now();
    if (startedAt < this.restUntil) return;
    const due = [...(await this.uow.run((stores) => stores.deployments.claimProbes(MOST_CLAIMED)))];
    const now = this.clock.now();
    this.restUntil = now + Math.min(LONGEST_REST_MS, REST_PER_MS * (now - startedAt));
    // Versions may share a server: it is asked once.
    const asked = new Map<string, Promise<Readiness>>();
    const lane = async (): Promise<void> => {
      for (let next = due.shift(); next; next = due.shift())
        await this.probe(next, asked).catch(this.settings.onError);
    };
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, lane));
  }

  private async probe({ version, known }: Due, asked: Map<string, Promise<Readiness>>): Promise<void> {
    const { servingUrls: urls, healthPath } = version;
    const { readyPath } = known;
    const [url] = urls;
    if (url === undefined) return;
    const ask = (one: string): Promise<Readiness> => {
      const key = `${one} ${healthPath ?? ''} ${readyPath ?? ''}`;
      const asking = asked.get(key) ?? this.serving.probe({ url: one, healthPath, readyPath });
      asked.set(key, asking);
      return asking;
    };
    const said = together(urls, await Promise.all(urls.map(ask)));
    // How long it starts is by the database's clock; the others' time does not matter.
    const now = known.state === 'starting' ? await this.uow.read((stores) => stores.now()) : known.updatedAt;
    const terms = { now, readyMs: this.settings.readyMs, isReport: known.url !== url };
    const { report, misses, nextInMs } = afterProbe(known, said, terms);
    if (report) {
      const deployment = { modelId: version.modelId, version: version.version, url, ...report };
      if (known.state !== report.state)
        this.logger.info({ model: version.model, ...deployment, url: shownUrl(url) }, 'deployment');
      await recordDeployment(this.uow, version.model, deployment);
    }
    if (misses !== known.misses || nextInMs !== null)
      await this.uow.run((stores) => stores.deployments.noteProbe(version, { misses, nextInMs }));
  }
}
