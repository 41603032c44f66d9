import path from 'node:path';
import { commandNeeds } from '#libs/config';
import type { Clock } from '#libs/kernel';
import { describe } from '#libs/observe';
import { isSame, type ServerRecord } from '#libs/processes';
import {
  MISSES_UNTIL_NOT_READY,
  PROBE_EVERY_MS,
  type ServingProbe,
  takesCallers,
  type VersionRecord,
} from '#libs/engine';
import { type Deployer, type DeployerReport, keyText, type VersionKey } from './deployer.ts';
import { endServer, findRunning, type ModelServerSettings, sourceOf, startServer } from './model-server.ts';
import { lastLogLine, serverLog } from './server-log.ts';
import { ServerMemory } from './server-memory.ts';

export interface ProcessDeployerSettings extends ModelServerSettings {
  /** The only path that servers are asked at, unless their version names one; `null`: the usual ones. */
  readonly readyPath: string | null;
  readonly readyMs: number;
}

/** How the artifact becomes a local file; checks its digest. */
export type FetchArtifact = (folder: string, artifact: { uri: string; digest: string }) => Promise<string>;

/** A ready server that misses a probe is asked again after this. */
const AGAIN_MS = 1_000;
/** Failed starts in a row until the version counts as failed. */
const TRIES = 3;
/** Pause before the next start: 0.5 s, 1 s, 2 s … up to this. */
const MOST_PAUSE_MS = 30_000;

interface Entry {
  running: ServerRecord | null;
  /** A start under way; starts may have to fetch an artifact first. */
  starting: Promise<void> | null;
  ready: boolean;
  /** It was ready once, so that callers may know it. */
  wasReady: boolean;
  /** Probes in a row that found it not ready although it was. */
  misses: number;
  nextProbeAt: number;
  startedAt: number;
  failures: number;
  nextTryAt: number;
  message: string;
  /** Where it said that it is ready. */
  readyPath: string | null;
}

/**
 * One machine's deployer: starts a model server process per wanted version from the operator's
 * command template, waits until it is ready, starts it again when it ends, and ends it when it is
 * retired. Servers of a worker that was killed are found again by their records.
 */
export class ProcessDeployer implements Deployer {
  private readonly entries = new Map<string, Entry & { key: VersionKey }>();
  private readonly memory = new ServerMemory();

  constructor(
    private readonly settings: ProcessDeployerSettings,
    private readonly fetchArtifact: FetchArtifact,
    /** Of servers on this machine: it may ask there. */
    private readonly serving: ServingProbe,
    private readonly clock: Clock,
  ) {}

  serves(version: VersionRecord): boolean {
    return version.servingUrls.length === 0 && whyUnservable(version, this.settings.command) === null;
  }

  async ensure(version: VersionRecord, lastUrl: string | null): Promise<DeployerReport> {
    const entry = await this.entryOf(version);
    if (entry.running && !isSame(entry.running.process)) {
      const line = await lastLogLine(serverLog(this.settings.home, version));
      this.failed(entry, `the model server ended by itself${line ? `: ${line}` : ''}`);
    }
    await this.checkMemory(entry, version);
    if (!entry.running && !entry.starting && this.clock.now() >= entry.nextTryAt)
      this.start(entry, version, lastUrl);
    if (entry.running && this.clock.now() >= entry.nextProbeAt) await this.checkReady(entry, version);
    const { message, readyPath } = entry;
    const told = readyPath === null ? {} : { readyPath };
    return { state: stateOf(entry), url: entry.running?.url ?? lastUrl, message, ...told };
  }

  async retire(key: VersionKey): Promise<void> {
    const entry = this.entries.get(keyText(key));
    this.entries.delete(keyText(key));
    await entry?.starting?.catch(() => undefined);
    await endServer(this.settings.home, key);
  }

  async close(): Promise<void> {
    await Promise.all([...this.entries.values()].map((entry) => this.retire(entry.key)));
  }

  private async entryOf(version: VersionRecord): Promise<Entry> {
    const known = this.entries.get(keyText(version));
    if (known) return known;
    const key = { modelId: version.modelId, version: version.version };
    const running = await findRunning(this.settings.home, key);
    const entry = {
      key,
      running,
      starting: null,
      ready: false,
      wasReady: false,
      misses: 0,
      nextProbeAt: 0,
      startedAt: this.clock.now(),
      failures: 0,
      nextTryAt: 0,
      message: 'starting the model server',
      readyPath: null,
    };
    this.entries.set(keyText(version), entry);
    return entry;
  }

  private start(entry: Entry, version: VersionRecord, lastUrl: string | null): void {
    const launch = async (): Promise<void> => {
      const asked = commandNeeds(this.settings.command) === 'artifact' ? version.artifact : null;
      const file = asked && (await this.fetchArtifact(path.join(this.settings.home, 'artifacts'), asked));
      entry.running = await startServer(this.settings, version, file, lastUrl);
      entry.startedAt = this.clock.now();
    };
    entry.starting = launch()
      .catch((error: unknown) => this.failed(entry, describe(error)))
      .finally(() => {
        entry.starting = null;
      });
  }

  private async checkReady(entry: Entry, version: VersionRecord): Promise<void> {
    const { running } = entry;
    if (!running) return;
    const healthPath = version.healthPath ?? this.settings.readyPath;
    const said = await this.serving.probe({ url: running.url, healthPath });
    entry.nextProbeAt =
      this.clock.now() + (takesCallers(said) ? PROBE_EVERY_MS.route : entry.wasReady ? AGAIN_MS : 0);
    if (takesCallers(said)) {
      entry.ready = entry.wasReady = true;
      entry.misses = 0;
      entry.failures = 0;
      entry.readyPath = said.readyPath ?? null;
      entry.message = `model server pid ${running.process.pid}`;
    } else if (entry.ready || entry.misses > 0) {
      // A process that lives is not ended: it may be loading anew, or overloaded. Callers are kept away.
      if (++entry.misses < MISSES_UNTIL_NOT_READY) return;
      entry.ready = false;
      entry.message = `model server pid ${running.process.pid} is not ready: ${said.because}`;
    } else if (this.clock.now() - entry.startedAt > this.settings.readyMs) {
      await endServer(this.settings.home, version);
      this.failed(
        entry,
        `the model server was not ready within ${this.settings.readyMs / 1_000} s: ${said.because}`,
      );
    }
  }

  /** One server's appetite must not cost the others theirs. */
  private async checkMemory(entry: Entry, version: VersionRecord): Promise<void> {
    const { memoryBytes } = this.settings.limits;
    const bytes = entry.running && this.memory.excess(entry.running, memoryBytes);
    if (!bytes) return;
    await endServer(this.settings.home, version);
    this.failed(
      entry,
      `the model server used ${bytes} bytes of memory, more than DEPLOYER_MEMORY_BYTES (${memoryBytes})`,
    );
  }

  private failed(entry: Entry, message: string): void {
    entry.running = null;
    entry.ready = false;
    entry.misses = 0;
    entry.nextProbeAt = 0;
    entry.failures++;
    entry.message = message;
    entry.nextTryAt = this.clock.now() + Math.min(MOST_PAUSE_MS, 250 * 2 ** entry.failures);
  }
}

function stateOf({ ready, wasReady, failures }: Entry): DeployerReport['state'] {
  if (ready) return 'ready';
  if (failures >= TRIES) return 'failed';
  return wasReady ? 'not_ready' : 'starting';
}

/** What a version lacks to be served by the operator's command, in words; `null`: nothing. Pure. */
export function whyUnservable(
  version: Pick<VersionRecord, 'artifact' | 'mlflow'>,
  command: string | null,
): string | null {
  if (command === null) return 'DEPLOYER_COMMAND is not set';
  const needs = commandNeeds(command);
  if (needs === 'artifact' && version.artifact === null)
    return 'it has no artifact with a digest, which DEPLOYER_COMMAND asks for by {artifact}; a command with {source}, or with {model} and {version}, needs none';
  if (needs === 'source' && sourceOf(version) === null)
    return 'nothing says where its files are, which DEPLOYER_COMMAND asks for by {source}';
  return null;
}
