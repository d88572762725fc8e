import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig, PROJECT_ROOT } from '../../worker/config';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

const text = readFileSync(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name]!;

describe('docker-compose.yml', () => {
  it('runs PostgreSQL 18, Temporal with its page, a mail catcher, and worker and API of one image', () => {
    expect(service('postgres').image).toBe('postgres:18');
    expect(service('temporal').image).toMatch(/^temporalio\//);
    expect(service('temporal-ui').image).toMatch(/^temporalio\/ui:/);
    expect(service('mail').image).toMatch(/mailpit/);
    expect(service('worker').image).toBe(service('api').image);
  });

  it('waits for healthy services, and for the migrations to be done', () => {
    for (const [, { depends_on }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
        const target = service(name);
        expect(target).toBeDefined();
        if (condition === 'service_healthy') expect(target.healthcheck?.test).toBeDefined();
      }
    }
    expect(service('worker').depends_on?.['prepare']?.condition).toBe('service_completed_successfully');
    expect(service('api').depends_on?.['prepare']?.condition).toBe('service_completed_successfully');
  });

  it('gives the worker more time to stop than it takes for itself', () => {
    const seconds = Number(/^(\d+)s$/.exec(service('worker').stop_grace_period ?? '')?.[1]);
    expect(seconds * 1_000).toBeGreaterThan(loadConfig({}).workerForceMs);
  });

  it('holds no password, and asks for each one by name', () => {
    const secrets = [...text.matchAll(/^\s+(\w*(?:PASSWORD|PWD)): (.*)$/gm)];
    expect(secrets.length).toBeGreaterThan(4);
    for (const [, , value] of secrets) expect(value).toMatch(/^\$\{\w+:\?/);
    expect(text).not.toMatch(/:\/\/\w+:(?!\$\{)[^@\s]*@/);
  });

  it('keeps the owner of the tables away from worker and API', () => {
    for (const name of ['worker', 'api']) expect(service(name).environment).not.toHaveProperty('DATABASE_ADMIN_URL');
  });

  it('publishes ports on this machine only', () => {
    for (const port of services.flatMap(([, { ports }]) => ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('names only volumes that it declares', () => {
    const named = services.flatMap(([, { volumes }]) => volumes ?? []).filter((volume) => !volume.startsWith('.'));
    for (const volume of named) expect(compose.volumes).toHaveProperty(volume.split(':')[0]!);
  });
});
