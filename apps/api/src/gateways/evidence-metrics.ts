import { Injectable } from '@nestjs/common';
import type { ListName } from '#libs/gateway-protocol';
import { Counter, type Registry } from '#libs/observe';

/** What this api did not take of what data planes sent. */
@Injectable()
export class EvidenceMetrics {
  private readonly refused = new Counter({
    name: 'understudy_api_evidence_refused_total',
    help: 'Entries of batches from data planes that were not taken, while the others were',
    labelNames: ['list'],
    registers: [],
  });

  registerIn(registry: Registry): void {
    registry.registerMetric(this.refused);
  }

  count(list: ListName): void {
    this.refused.inc({ list });
  }
}
