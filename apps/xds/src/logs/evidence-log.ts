import type { CountedRoute, EvidenceCollector } from '#libs/data-plane';
import { type EvidenceKey, readEvidenceKey } from '#libs/envoy-config';
import { UNIT_GROUPS } from '#libs/stats';
import { groupOfHash } from '#libs/traffic';
import { FailedAttempts } from './failed-attempts.ts';
import { judgeRequest, type LogBounds } from './judge-request.ts';
import type { LogGaps } from './log-gaps.ts';
import type { LoggedRequest } from './logged-request.ts';

/** Routes that are known at once; they are found again when they are asked for. */
const MOST_ROUTES = 20_000;

interface KnownRoute {
  readonly key: EvidenceKey;
  readonly route: CountedRoute;
}

/** Counts what Envoys log as evidence. What a request counts for is in its log: no route needs to be known for it, so any xDS server can take it. */
export class EvidenceLog {
  private readonly routes = new Map<string, KnownRoute | null>();

  constructor(
    private readonly evidence: EvidenceCollector,
    private readonly gaps: LogGaps,
    private readonly bounds: LogBounds,
  ) {}

  /** One Envoy worker's log: its lines come in their order. */
  open(): { take(line: LoggedRequest): void } {
    const attempts = new FailedAttempts();
    return { take: (line) => this.take(line, attempts) };
  }

  private take(line: LoggedRequest, attempts: FailedAttempts): void {
    if (line.kind === 'attempt') return attempts.add(line);
    const { evidence } = line;
    const known = evidence && this.routeOf(evidence.key);
    if (!evidence || !known) return;
    const failed = known.key.candidate === null ? null : attempts.take(line.requestId, known.key.candidate);
    this.gaps.heard(evidence.worker, evidence.number);
    const { arm, hash } = evidence;
    const { outcome, replaced } = judgeRequest(line, known.key, failed, this.bounds);
    if (replaced !== null) this.evidence.replaced(known.route, [], replaced);
    if (outcome === null) return;
    const unit = { unitGroup: groupOfHash(hash, UNIT_GROUPS), unitHash: hash };
    this.evidence.count(known.route, arm, { ...outcome, ...unit, segments: [] });
    this.evidence.served(known.route, arm, line.requestId, []);
  }

  private routeOf(text: string): KnownRoute | null {
    const known = this.routes.get(text);
    if (known !== undefined) return known;
    if (this.routes.size >= MOST_ROUTES) this.routes.clear();
    const read = knownRoute(text);
    this.routes.set(text, read);
    return read;
  }
}

function knownRoute(text: string): KnownRoute | null {
  const key = readEvidenceKey(text);
  if (key === null) return null;
  const { model, rolloutId, revision, namesRequests } = key;
  return { key, route: { model, rolloutId, revision, reading: { requestIds: namesRequests } } };
}
