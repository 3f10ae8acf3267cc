import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { readConfig } from './read-config.js';
import { StartError } from './start-error.js';

const key = () => randomBytes(32).toString('base64');
const DATABASE = 'postgres://app:planted-password@db.example.com:5432/gateway';

const embedded = {
  EMBEDDED: 'on',
  DATABASE_URL: 'postgres://app:secret@127.0.0.1:5432/gateway',
  ENCRYPTION_KEYS: `development:${key()}`,
  KEY_PEPPERS: `development:${key()}`,
};
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: DATABASE,
  ENCRYPTION_KEYS: `2026-01:${key()}`,
  KEY_PEPPERS: `p1:${key()}`,
};

const refusal = (environment: Record<string, string | undefined>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  throw new Error('was not refused');
};

describe('the configuration', () => {
  it('needs nothing beside what npm start brings', () => {
    const { config, warnings } = readConfig(embedded);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      embedded: true,
      production: false,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      metricsPort: null,
      trustProxy: [],
      instanceOwnerEmail: null,
      signUp: 'open',
      signUpPerMinute: 20,
      sandbox: true,
      demo: true,
      drainSeconds: 60,
      logLevel: 'info',
    });
    expect(config.regions[0]).toBe('us-east-1');
  });

  it('is closed in production until it is opened', () => {
    const { config } = readConfig(production);
    expect(config).toMatchObject({ host: '0.0.0.0', signUp: 'invite', sandbox: false, demo: false, embedded: false });
    expect(readConfig({ ...production, SANDBOX: 'on' }).config.sandbox).toBe(true);
  });

  it('opens sign-up and the demonstration by itself only on a loopback address', () => {
    expect(readConfig({ ...embedded, HOST: '0.0.0.0' }).config).toMatchObject({ signUp: 'invite', demo: false });
    expect(readConfig({ ...embedded, HOST: '::1' }).config).toMatchObject({ signUp: 'open', demo: true });
  });

  it('reads every form it documents', () => {
    const { config } = readConfig({
      ...embedded,
      PORT: '8080',
      PUBLIC_URL: 'https://gateway.example.com',
      METRICS_PORT: '9090',
      TRUST_PROXY: '10.0.0.0/8, 192.168.1.1,fd00::/8',
      OUTBOUND_ALLOW: '10.1.0.0/16,localhost:11434,[::1]:8080,127.0.0.1:9000,127.0.0.0/8',
      OUTBOUND_ALLOW_FOR: 'providers',
      REGIONS: 'eu-west-1, us-east-1',
      ENCRYPTION_KEYS: `new:${key()},old:${key()}`,
      DEMO: 'off',
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'silent',
      INSTANCE_OWNER_EMAIL: 'owner@example.com',
    });
    expect(config).toMatchObject({
      port: 8080,
      publicUrl: 'https://gateway.example.com',
      metricsPort: 9090,
      trustProxy: ['10.0.0.0/8', '192.168.1.1', 'fd00::/8'],
      outboundAllow: {
        entries: ['10.1.0.0/16', 'localhost:11434', '[::1]:8080', '127.0.0.1:9000', '127.0.0.0/8'],
        uses: ['providers'],
      },
      regions: ['eu-west-1', 'us-east-1'],
      demo: false,
      drainSeconds: 0,
      logLevel: 'silent',
      instanceOwnerEmail: 'owner@example.com',
    });
    expect(config.encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ ...embedded, PORT: '', METRICS_PORT: ' ', DEMO: '' }).config).toMatchObject({ port: 3000 });
  });

  it.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '3e3'],
    ['HOST', 'http://localhost'],
    ['PUBLIC_URL', 'gateway.example.org'],
    ['PUBLIC_URL', 'https://gateway.example.com/path'],
    ['PUBLIC_URL', 'https://user:pass@gateway.example.com'],
    ['PUBLIC_URL', 'ftp://gateway.example.com'],
    ['DATABASE_URL', 'mysql://a:b@localhost/x'],
    ['DATABASE_URL', 'postgres://localhost/x'],
    ['DATABASE_URL', 'postgres://a:b@localhost'],
    ['DATABASE_URL', 'nonsense'],
    ['DATABASE_URL', 'postgres://a:%ff@localhost/x'],
    ['METRICS_PORT', 'on'],
    ['METRICS_PORT', '3000'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.1/8'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '0x7f.1'],
    ['SIGN_UP', 'yes'],
    ['SIGN_UP_PER_MINUTE', '0'],
    ['INSTANCE_OWNER_EMAIL', 'owner'],
    ['OUTBOUND_ALLOW', 'example.com'],
    ['OUTBOUND_ALLOW', 'example.com:70000'],
    ['OUTBOUND_ALLOW', '10.0.0.0/8,,'],
    ['OUTBOUND_ALLOW', '169.254.169.254'],
    ['OUTBOUND_ALLOW', '169.254.169.254:80'],
    ['OUTBOUND_ALLOW', '0.0.0.0/0'],
    ['OUTBOUND_ALLOW', 'fe80::/64'],
    ['OUTBOUND_ALLOW', '::/0'],
    ['OUTBOUND_ALLOW', 'metadata.google.internal:80'],
    ['OUTBOUND_ALLOW', 'metadata:80'],
    ['OUTBOUND_ALLOW', '[fd00:ec2::254]:80'],
    ['OUTBOUND_ALLOW', '168.63.129.16:80'],
    ['OUTBOUND_ALLOW', '10.0.0.5/8'],
    ['OUTBOUND_ALLOW', '10.0.0.0/7'],
    ['OUTBOUND_ALLOW_FOR', 'mail'],
    ['REGIONS', 'us east'],
    ['REGIONS', 'us-east-1,us-east-1'],
    ['SANDBOX', 'true'],
    ['DEMO', '1'],
    ['DRAIN_SECONDS', '-1'],
    ['DRAIN_SECONDS', '3601'],
    ['LOG_LEVEL', 'verbose'],
    ['NODE_ENV', 'prod'],
    ['ENCRYPTION_KEYS', 'k1'],
    ['ENCRYPTION_KEYS', `k1:${randomBytes(16).toString('base64')}`],
    ['ENCRYPTION_KEYS', `k1:${randomBytes(33).toString('base64')}`],
    ['ENCRYPTION_KEYS', `k1:${key()},k1:${key()}`],
    ['KEY_PEPPERS', `k 1:${key()}`],
    ['AUDIT_SIGNING_KEYS', 'a:b'],
  ])('stops the start with the name of the variable and without its value: %s=%s', (name, value) => {
    const message = refusal({ ...embedded, [name]: value });
    expect(message).toMatch(new RegExp(`^${name} [^\\n]*\\.$`));
    expect(value.length > 6 && message.includes(value)).toBe(false);
  });

  it('names everything that is wrong at once', () => {
    const message = refusal({ PORT: 'x', LOG_LEVEL: 'x' });
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'ENCRYPTION_KEYS',
      'KEY_PEPPERS',
      'LOG_LEVEL',
    ]);
  });

  it.each(['DATABASE_URL', 'ENCRYPTION_KEYS', 'KEY_PEPPERS'])('does not start in production without %s', (name) => {
    expect(refusal({ ...production, [name]: undefined })).toMatch(new RegExp(`^${name} is missing`));
  });

  it.each([
    ['a development key', 'development', key()],
    ['a test key', 'test-1', key()],
    ['a key of an example', 'example', key()],
    ['a default key', 'default', key()],
    ['a key of zeros', 'k1', Buffer.alloc(32).toString('base64')],
    [
      'a repeated pattern',
      'k1',
      Buffer.from('0123456789abcdef0123456789abcdef', 'hex').toString('base64').padEnd(44, '='),
    ],
    ['typed text', 'k1', Buffer.from('change-me-change-me-change-me-32').toString('base64')],
    ['hexadecimal text', 'k1', Buffer.from(randomBytes(16).toString('hex')).toString('base64')],
  ])('does not start in production with %s', (_, id, base64) => {
    expect(refusal({ ...production, ENCRYPTION_KEYS: `${id}:${base64}` })).toMatch(/^ENCRYPTION_KEYS /);
    expect(refusal({ ...production, KEY_PEPPERS: `p0:${key()},${id}:${base64}` })).toMatch(/^KEY_PEPPERS /);
  });

  it('does not start with one key for both purposes', () => {
    const shared = key();
    const message = refusal({ ...embedded, ENCRYPTION_KEYS: `a:${shared}`, KEY_PEPPERS: `b:${shared}` });
    expect(message).toBe('KEY_PEPPERS holds a key of ENCRYPTION_KEYS.');
  });

  it('opens no loopback network in production, only single ports', () => {
    expect(refusal({ ...production, OUTBOUND_ALLOW: '127.0.0.0/8' })).toMatch(/^OUTBOUND_ALLOW /);
    expect(refusal({ ...production, OUTBOUND_ALLOW: '::1' })).toMatch(/^OUTBOUND_ALLOW /);
    const allowed = { ...production, OUTBOUND_ALLOW: '127.0.0.1:11434,10.0.0.0/8,fd00::/8' };
    expect(readConfig(allowed).config.outboundAllow.entries).toHaveLength(3);
  });

  it('makes no demonstration data outside the embedded form on loopback', () => {
    expect(refusal({ ...production, DEMO: 'on' })).toMatch(/^DEMO /);
    expect(refusal({ ...embedded, HOST: '0.0.0.0', DEMO: 'on' })).toMatch(/^DEMO /);
  });

  it('is not embedded in production', () => {
    expect(refusal({ ...production, EMBEDDED: 'on' })).toBe('EMBEDDED cannot be on in production.');
  });

  it('warns of variables of later releases by name', () => {
    const { warnings } = readConfig({
      ...embedded,
      REDIS_URL: 'redis://:planted@localhost',
      MANAGED_OPENAI_API_KEY: 'sk-planted',
    });
    expect(warnings).toEqual(['REDIS_URL', 'MANAGED_OPENAI_API_KEY']);
  });

  it('shows no secret however it is printed', () => {
    const { config } = readConfig(production);
    const shown = [inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config)].join();
    for (const secret of [
      'planted-password',
      ...[...config.encryptionKeys, ...config.keyPeppers].map(({ key: k }) => k.reveal()),
    ]) {
      expect(shown).not.toContain(secret);
    }
  });
});
