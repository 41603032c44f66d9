import { agoMs, type Instant } from '#libs/kernel';
import type { EventRecord } from '../ports/records.ts';
import type { DueDelivery } from '../ports/subscriptions.ts';
import { webhookSignatures } from './webhook-signatures.ts';

export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TYPE_PREFIX = 'io.understudy.';
/** What comes so late says when it was. */
const LATE_MS = 90_000;

/** What an event is called outside: verdicts are of gates. */
export const outwardType = (type: string): string => (type === 'rollout.judged' ? 'gate.judged' : type);

/** Names an event for ever, so that whoever gets it twice knows it. */
const messageId = (modelId: string, sequence: number): string => `evt_${modelId}_${sequence}`;

/**
 * An event as it is posted: a CloudEvent 1.0 in its structured form with Standard Webhooks signatures, or a
 * message for Slack, whose URL is the secret.
 * @param now the time of signing; receivers refuse what was signed more than 5 minutes ago
 * @param publicUrl where people find this installation; `null`: links are left out
 */
export function messageOf(delivery: DueDelivery, now: Instant, publicUrl: string | null): EventMessage {
  const { subscription, event, modelId } = delivery;
  if (subscription.format === 'slack') {
    const body = JSON.stringify({ text: slackText(event, now, publicUrl) });
    return { headers: { 'content-type': 'application/json' }, body };
  }
  const id = messageId(modelId, event.sequence);
  const body = JSON.stringify(cloudEvent(id, event, publicUrl));
  const timestamp = Math.floor(now / 1_000);
  return {
    headers: {
      'content-type': 'application/cloudevents+json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': webhookSignatures(subscription, { id, body, now }),
    },
    body,
  };
}

function cloudEvent(id: string, event: EventRecord, publicUrl: string | null): object {
  const { model, rolloutId, actor, sequence, at } = event;
  // What a decision rests on is long; whoever wants it asks for it.
  const { look: _look, ...data } = event.data;
  const path = model === '' ? '/api/v1' : `/api/v1/models/${encodeURIComponent(model)}`;
  return {
    specversion: '1.0',
    id,
    source: `${publicUrl ?? ''}${path}`,
    type: `${TYPE_PREFIX}${outwardType(event.type)}`,
    ...(model === '' ? {} : { subject: model }),
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: { ...data, model: model || null, rolloutId, actor, sequence },
  };
}

/** A line for people. What a caller wrote cannot make links or mentions in it. */
function slackText(event: EventRecord, now: Instant, publicUrl: string | null): string {
  const { type, model, rolloutId, actor, data } = event;
  const plain = (value: unknown): string =>
    String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, 500);
  const about = model === '' ? 'Understudy' : `*${plain(model)}*`;
  const version = typeof data['version'] === 'number' ? ` version ${data['version']}` : '';
  const because =
    typeof data['because'] === 'string' && data['because'] !== '' ? ` – ${plain(data['because'])}` : '';
  // The page asks for a login; the link itself lets nobody do anything.
  const link = publicUrl !== null && rolloutId !== null ? ` <${publicUrl}/rollouts/${rolloutId}|Open>` : '';
  // Newer alarms may have come before it.
  const late =
    (agoMs(event.at, now) ?? 0) > LATE_MS ? ` – at ${new Date(event.at).toISOString().slice(0, 19)}Z` : '';
  return `${about}${version}: ${plain(outwardType(type))}${because} (${plain(actor)})${late}${link}`;
}
