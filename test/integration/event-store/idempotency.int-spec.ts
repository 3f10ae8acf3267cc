import { createHash } from 'node:crypto';

import { type CommandContext, type OrganizationId, uuidOf } from '@app/kernel';
import { newId } from '@app/platform';

import { Installation, type Node } from './nodes.js';
import { contextOf, noteDecider, noteStream } from './notes.js';

let installation: Installation;
let node: Node;
let other: Node;
let organizationId: OrganizationId;

beforeAll(async () => {
  installation = await Installation.start();
  node = await installation.node();
  other = await installation.node();
});
afterAll(() => installation.close());
beforeEach(async () => {
  organizationId = await installation.organization(node);
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const claimed = (key: string, body = 'body'): CommandContext =>
  contextOf(organizationId, { idempotency: { claim: sha256(key), body: sha256(body), key } });

interface Answer {
  readonly id: string;
  readonly secret: string;
  readonly version: number;
}

/** Answers something new every time it really runs. */
const create = (context: CommandContext, by = node, stream = noteStream()): Promise<Answer> =>
  by.runner.run(noteDecider, stream, { data: { texts: ['a'] }, context }, ({ version }) => ({
    secret: `csk_${newId('key')}`,
    id: newId('key'),
    version,
  }));

const answerNothing = () => node.runner.transaction(claimed('k'), () => Promise.resolve());

const countEvents = async (): Promise<number> => {
  const [{ count }] = await installation.owner.query<[{ count: string }]>(
    'select count(*) from events where organization_id = $1',
    [uuidOf(organizationId)],
  );
  return Number(count);
};

const age = (hours: number) =>
  installation.owner.query(
    `update idempotent_answers set created_at = created_at - make_interval(hours => $2) where organization_id = $1`,
    [uuidOf(organizationId), hours],
  );

describe('a command with an Idempotency-Key', () => {
  it('gives a repeat the first answer, byte for byte, and has no second effect', async () => {
    const first = await create(claimed('k'));
    const repeat = await create(claimed('k'), other);
    expect(JSON.stringify(repeat)).toBe(JSON.stringify(first));
    expect(await countEvents()).toBe(1);
  });

  it('has one effect and one answer however many repeats run at once on two nodes', async () => {
    const stream = noteStream();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => create(claimed('k'), i % 2 === 0 ? node : other, stream)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await countEvents()).toBe(1);
  });

  it('refuses the same key with another body', async () => {
    await create(claimed('k'));
    await expect(create(claimed('k', 'another body'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await countEvents()).toBe(1);
  });

  it('lets another organization use the same key', async () => {
    const first = await create(claimed('k'));
    organizationId = await installation.organization(node);
    expect(await create(claimed('k'))).not.toEqual(first);
  });

  it('keeps no claim of a command that was refused', async () => {
    const refused = node.runner.run(
      noteDecider,
      noteStream(),
      { data: { texts: [], refuse: true }, context: claimed('k') },
      () => null,
    );
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(create(claimed('k'))).resolves.toMatchObject({ version: 1 });
  });

  it('keeps answers of nothing, and of commands that changed nothing', async () => {
    expect([await answerNothing(), await answerNothing()]).toEqual([undefined, undefined]);
    const [{ count }] = await installation.owner.query<[{ count: string }]>(
      'select count(*) from idempotent_answers where organization_id = $1',
      [uuidOf(organizationId)],
    );
    expect(count).toBe('1');
  });

  it('gives the first answer for 24 hours of the database clock, and runs anew after that', async () => {
    const first = await create(claimed('k'));
    await age(23);
    expect(await create(claimed('k'))).toEqual(first);
    await age(1);
    const second = await create(claimed('k'));
    expect(second).not.toEqual(first);
    expect(await create(claimed('k'))).toEqual(second);
    expect(await countEvents()).toBe(2);
  });

  it('clears expired answers away with later ones', async () => {
    for (const key of ['a', 'b', 'c']) await create(claimed(key));
    await age(25);
    await create(claimed('d'));
    const rows = await installation.owner.query<{ claim: string }[]>(
      'select claim from idempotent_answers where organization_id = $1',
      [uuidOf(organizationId)],
    );
    expect(rows).toEqual([{ claim: sha256('d') }]);
  });

  it('stores neither the answer nor the key in clear', async () => {
    const { secret } = await create(claimed('the-callers-key'));
    const [{ row }] = await installation.owner.query<[{ row: string }]>(
      `select answer::text || encode(sealed, 'escape') as row from idempotent_answers answer where organization_id = $1`,
      [uuidOf(organizationId)],
    );
    expect(row).toContain(sha256('the-callers-key'));
    expect(row).not.toContain(secret);
    expect(row).not.toContain('the-callers-key');
  });

  it('says that the outcome is unknown when the answer can no longer be read, and does not run again', async () => {
    await create(claimed('k'));
    await installation.owner.query(`update idempotent_answers set key_id = 'retired' where organization_id = $1`, [
      uuidOf(organizationId),
    ]);
    await expect(create(claimed('k'))).rejects.toMatchObject({ code: 'IDEMPOTENCY_OUTCOME_UNKNOWN' });
    expect(await countEvents()).toBe(1);
  });
});
