import { expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { loadConfig } from './config.ts';
import { secretsOf } from './secrets-of.ts';

const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

it('exports nothing unless an endpoint is named, whatever else is there', () => {
  expect(loadConfig({}).tracing).toBeNull();
  const strange = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'xray' };
  expect(loadConfig(strange).tracing).toBeNull();
  expect(loadConfig({ ...on, ...strange, OTEL_SDK_DISABLED: 'TRUE' }).tracing).toBeNull();
  expect(loadConfig({ ...on, OTEL_TRACES_EXPORTER: 'none' }).tracing).toBeNull();
});

it('has defaults for all but the endpoint', () => {
  expect(loadConfig(on).tracing).toEqual({
    ...{ url: 'http://collector:4318/v1/traces', protocol: 'http/protobuf', headers: {}, timeoutMs: 10_000 },
    ...{ compression: 'none', sampler: { kind: 'always_on', isParentBased: true, ratio: 1 } },
    ...{ tracesPerSecond: 100, exportEveryMs: 5_000, serviceName: null, resource: {} },
  });
});

it('prefers the settings for traces, and takes their endpoint as it is', () => {
  const { tracing } = loadConfig({
    ...on,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/otlp?tenant=a',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=Bearer%20long-secret, x-scope = b ',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.namespace=ml',
  });
  expect(tracing).toMatchObject({
    url: 'https://traces.example/otlp?tenant=a',
    headers: { authorization: 'Bearer long-secret', 'x-scope': 'b' },
    protocol: 'http/json',
    sampler: { kind: 'traceidratio', isParentBased: true, ratio: 0.01 },
    resource: { 'deployment.environment.name': 'prod', 'service.namespace': 'ml' },
  });
});

it('keeps what opens the collector out of logs', () => {
  const config = loadConfig({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:password-of-it@collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20long-secret',
  });
  expect(secretsOf(config)).toEqual(expect.arrayContaining(['Bearer long-secret', 'password-of-it']));
});

it.each<[string, Record<string, string>, string]>([
  ['no URL', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['gRPC', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
  ['gRPC for traces', { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'],
  ['another exporter', { OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER'],
  ['an unknown sampler', { OTEL_TRACES_SAMPLER: 'xray' }, 'OTEL_TRACES_SAMPLER'],
  [
    'a ratio above 1',
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10' },
    'OTEL_TRACES_SAMPLER_ARG',
  ],
  ['a header without a value', { OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
  ['a header of two lines', { OTEL_EXPORTER_OTLP_HEADERS: 'a=b%0d%0ac' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
  ['half a percent code', { OTEL_EXPORTER_OTLP_HEADERS: 'a=%4' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
  ['no resource', { OTEL_RESOURCE_ATTRIBUTES: '=x' }, 'OTEL_RESOURCE_ATTRIBUTES'],
  ['no time', { OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, 'OTEL_EXPORTER_OTLP_TIMEOUT'],
  ['no bound', { TRACES_PER_SECOND: '0' }, 'TRACES_PER_SECOND'],
  ['a flag that is none', { OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED'],
])('refuses %s, and names it', (_what, env, pointer) => {
  try {
    loadConfig({ ...on, ...env });
    throw new Error('accepted');
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    expect((error as DomainError).errors.map((one) => one.pointer)).toEqual([pointer]);
    // The value may be a secret.
    expect((error as DomainError).message).not.toContain('secret');
  }
});
