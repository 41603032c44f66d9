import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { clocksAgree, removeOrphanedArtifacts, type UploadedFiles, type UploadStore } from '#libs/engine';
import {
  ARTIFACT_KEPT_MS,
  ARTIFACT_READER,
  ARTIFACT_STORE,
  LOGGER,
  type SourceReader,
  UNIT_OF_WORK,
  UPLOADED_FILES,
} from '../ports.ts';
import type { UnitOfWork } from '../ports.ts';

const ABANDONED_EVERY_MS = 10 * 60_000;
const ORPHANED_EVERY_MS = 60 * 60_000;

/** Removes from the folder of uploads what has broken off, and what no version names for `ARTIFACT_RETENTION`; and copies of what was fetched that nobody has used for so long. Two api processes may do it at once. */
@Injectable()
export class ArtifactTidying implements OnModuleInit, OnApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(ARTIFACT_STORE) private readonly store: UploadStore,
    @Inject(UPLOADED_FILES) private readonly files: UploadedFiles,
    @Inject(ARTIFACT_READER) private readonly reader: SourceReader,
    @Inject(UNIT_OF_WORK) private readonly uow: UnitOfWork,
    @Inject(ARTIFACT_KEPT_MS) private readonly keptMs: number,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const abandoned = () => void this.store.clearAbandoned(Date.now()).catch(() => undefined);
    abandoned();
    this.timers.push(setInterval(abandoned, ABANDONED_EVERY_MS).unref());
    this.timers.push(setInterval(() => void this.removeOrphaned(), ORPHANED_EVERY_MS).unref());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private async removeOrphaned(): Promise<void> {
    const named = (digests: readonly string[]) =>
      this.uow.read((stores) => stores.artifacts.namedOf(digests));
    try {
      const now = await this.uow.read((stores) => stores.now());
      if (!clocksAgree(now, Date.now()))
        throw new Error('the clocks of the database and of this machine are half a day apart');
      const { back, removed } = await removeOrphanedArtifacts(this.files, named, this.keptMs, Date.now());
      await this.reader.fetched.tidy(Date.now(), this.keptMs);
      if (back + removed > 0)
        this.logger.info({ back, removed }, 'uploaded artifacts that no version names are removed');
    } catch (error) {
      this.logger.warn({ err: error }, 'uploaded artifacts are not tidied; tried again in an hour');
    }
  }
}
