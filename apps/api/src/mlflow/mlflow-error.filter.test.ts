import type { ArgumentsHost } from '@nestjs/common';
import { expect, it } from '@jest/globals';
import { DomainError, keepSecret } from '#libs/kernel';
import { MlflowErrorFilter } from './mlflow-error.filter.ts';
import { invalid } from './mlflow-error.ts';

/** What a caller reads of an error. */
function said(error: unknown): { status: number; text: string } {
  const out = { status: 0, text: '' };
  const reply = {
    sent: false,
    header: () => reply,
    status: (code: number) => ((out.status = code), reply),
    type: () => reply,
    send: (text: string) => ((out.text = text), reply),
  };
  const host = { switchToHttp: () => ({ getResponse: () => reply, getRequest: () => ({}) }) };
  new MlflowErrorFilter().catch(error, host as unknown as ArgumentsHost);
  return out;
}

it('no answer to an MLflow client has a secret in it that this process knows', () => {
  const secret = 'planted-token-of-a-tracking-server';
  keepSecret(secret);
  const detail = `The artifact at runs:/1/x cannot be read (the tracking server answers 401 at /api (no access for Bearer ${secret})).`;
  for (const error of [new DomainError('invalid', 'artifact_unreadable', detail), invalid(detail)]) {
    const { status, text } = said(error);
    expect(status).toBe(400);
    expect(text).toContain('no access for');
    expect(text).not.toContain(secret);
  }
});
