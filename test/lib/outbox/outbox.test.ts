import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { BlobStore } from '@/lib/db/blob-store';
import type { Databases } from '@/lib/db/database';
import { RequestError } from '@/lib/errors';
import type { AttemptDeps } from '@/lib/outbox/attempt';
import { claimDue, LEASE_MS, sweepAbandoned } from '@/lib/outbox/claim';
import { claimCopy, FILED, fileCopy } from '@/lib/outbox/filing';
import { createOutbox } from '@/lib/outbox/outbox';
import { getRows, move } from '@/lib/outbox/store';
import type { Outbox, QueueRequest } from '@/lib/outbox/types';
import { onEachDatabase } from '@/test/lib/db/databases';
import { type ScriptedSmtp, type SmtpScript, startScriptedSmtp } from '@/test/servers/smtp';

const raw = Buffer.from(
  'From: a@x.org\r\nTo: b@x.org\r\nBcc: secret@x.org\r\nMessage-ID: <1@x.org>\r\nSubject: s\r\n\r\nhi\r\n',
);

/** Each Email has a Message-ID of its own. */
const rawOf = (emailId: string) =>
  Buffer.from(raw.toString().replace('<1@', emailId === 'e1' ? '<1@' : `<${emailId}@`));

/** Bytes by hash; the store itself has tests of its own. */
function blobsInMemory(): BlobStore {
  const bytes = new Map<string, Buffer>();
  const read = async (sha256: string) => {
    const found = bytes.get(sha256);
    if (!found) throw new RequestError('blobNotFound', sha256);
    return found;
  };
  return {
    async put(data) {
      if (!Buffer.isBuffer(data)) throw new TypeError('only Buffers here');
      const sha256 = createHash('sha256').update(data).digest('hex');
      bytes.set(sha256, data);
      return { sha256, size: data.length };
    },
    open: async (sha256) => Readable.from([await read(sha256)]),
    read,
    size: async (sha256) => bytes.get(sha256)?.length ?? null,
    remove: async (sha256) => void bytes.delete(sha256),
  };
}

onEachDatabase('outbox', ({ dialect, open }) => {
  let server: ScriptedSmtp;
  let outbox: Outbox;
  let filed: string[];
  let found = false;
  afterEach(async () => {
    await outbox.stop();
    await server.stop();
  });

  async function setUp(script: SmtpScript = {}): Promise<{ databases: Databases; restart(): Promise<void> }> {
    const databases = await open();
    server = await startScriptedSmtp(script);
    filed = [];
    const blobs = blobsInMemory();
    const make = () =>
      createOutbox({
        db: databases.main,
        blobs,
        config: {
          allowHosts: ['127.0.0.1'],
          allowPorts: [],
          fixed: null,
          dnsServers: [],
          tlsCaFile: null,
          tlsPins: new Map(),
        },
        host: {
          route: async () => ({
            kind: 'smtp',
            server: { host: '127.0.0.1', port: server.port, security: 'none', user: 'a@x.org' },
            secret: { password: 'x' },
          }),
          deliverLocally: async () => undefined,
          takesChanged: async () => undefined,
          fileSent: async (_account, { raw: copy }) => {
            filed.push(copy.toString());
            return 'efiled';
          },
          isFound: async () => found,
          changed: () => undefined,
        },
      });
    outbox = make();
    outbox.start();
    return {
      databases,
      async restart() {
        await outbox.stop();
        outbox = make();
        outbox.start();
      },
    };
  }

  function request(values: Partial<QueueRequest> = {}): QueueRequest {
    const envelope = {
      mailFrom: { email: 'a@x.org', parameters: null },
      rcptTo: [{ email: 'b@x.org', parameters: null }],
    };
    return {
      accountId: 'a1',
      identityId: 'i1',
      emailId: 'e1',
      threadId: 't1',
      envelope,
      raw: rawOf(values.emailId ?? 'e1'),
      sendAt: Date.now(),
      ...values,
    };
  }

  async function settled(id: string) {
    return vi.waitFor(
      async () => {
        const [submission] = await outbox.get('a1', [id]);
        expect(submission?.undoStatus).not.toBe('pending');
        return submission;
      },
      { timeout: 8_000, interval: 20 },
    );
  }

  test('R4: a limit that the provider tells is remembered: the next mail waits and is not tried, until the user asks', async () => {
    let limited = true;
    await setUp({
      answer: (phase) =>
        limited && phase === 'mail' ? '550 5.4.5 Daily user sending limit exceeded' : undefined,
    });
    const waits = (id: string) =>
      vi.waitFor(
        async () => {
          const [submission] = await outbox.get('a1', [id]);
          expect(submission).toMatchObject({ 'gatepost:state': 'due', 'gatepost:code': 'sendingLimit' });
          return Date.parse(submission?.['gatepost:nextTryAt'] ?? '') - Date.now();
        },
        { timeout: 8_000, interval: 20 },
      );
    const first = await outbox.queue(request());
    expect(await waits(first.id)).toBeGreaterThan(3 * 3_600_000);
    const { connections } = server;
    const second = await outbox.queue(request({ emailId: 'e2' }));
    expect(await waits(second.id)).toBeGreaterThan(3 * 3_600_000);
    expect(server.connections).toBe(connections);
    const kinds = (await outbox.timelines('a1', [second.id])).get(second.id)?.map(({ kind }) => kind);
    expect(kinds).toEqual(['queued', 'due']);
    limited = false;
    await outbox.sendAgain('a1', second.id);
    expect((await settled(second.id))?.['gatepost:state']).toBe('sent');
    expect(server.accepted).toHaveLength(1);
  });

  test('R6: those who were too many for one message get it at once in the next, each once; the limit is kept', async () => {
    let asked = 0;
    await setUp({
      extensions: ['SIZE 5000'],
      answer: (phase) => {
        asked = phase === 'mail' ? 0 : asked + Number(phase === 'rcpt');
        return phase === 'rcpt' && asked > 2 ? '452 4.5.3 Too many recipients' : undefined;
      },
    });
    const people = ['b', 'c', 'd', 'e', 'f'].map((name) => `${name}@x.org`);
    const rcptTo = people.map((email) => ({ email, parameters: null }));
    const envelope = { mailFrom: { email: 'a@x.org', parameters: null }, rcptTo };
    const { id } = await outbox.queue(request({ envelope }));
    expect((await settled(id))?.['gatepost:state']).toBe('sent');
    expect(server.accepted.map(({ to }) => to)).toEqual([
      people.slice(0, 2),
      people.slice(2, 4),
      people.slice(4),
    ]);
    const login = { host: '127.0.0.1', port: server.port, security: 'none', user: 'a@x.org' } as const;
    expect(await outbox.takes('a1', login)).toEqual({ bytes: 5_000, recipients: 2 });
  });

  test('a queued mail goes out without its Bcc line and is filed in Sent with it', async () => {
    await setUp();
    const queued = await outbox.queue(request());
    expect(queued.undoStatus).toBe('pending');
    const done = await settled(queued.id);
    expect(done?.deliveryStatus).toEqual({
      'b@x.org': { smtpReply: '250 2.0.0 queued as TEST', delivered: 'queued', displayed: 'unknown' },
    });
    await vi.waitFor(() => expect(filed).toHaveLength(1));
    expect(server.accepted).toHaveLength(1);
    expect(server.accepted[0]?.raw).not.toMatch(/bcc|secret/i);
    expect(filed[0]).toContain('Bcc: secret@x.org');
    await vi.waitFor(async () => expect((await outbox.get('a1', [queued.id]))[0]?.emailId).toBe('efiled'));
  });

  test('R7: a server that keeps silent for one account keeps the mail of no other back', async () => {
    await setUp({
      answer: (phase, from) => (phase === 'mail' && from === 'stalled@x.org' ? 'silence' : undefined),
    });
    const rcptTo = [{ email: 'b@x.org', parameters: null }];
    const envelope = { mailFrom: { email: 'stalled@x.org', parameters: null }, rcptTo };
    for (let i = 0; i < 6; i += 1) {
      await outbox.queue(request({ accountId: 'a2', emailId: `e${i}`, envelope }));
    }
    const queued = await outbox.queue(request());
    await settled(queued.id);
    expect(server.accepted).toHaveLength(1);
  });

  test('delivery notices are asked for where the server can give them (RFC 3461)', async () => {
    const envelope = {
      mailFrom: { email: 'a@x.org', parameters: { RET: 'HDRS', ENVID: 'one' } },
      rcptTo: [{ email: 'b@x.org', parameters: { notify: 'success,failure' } }],
    };
    await setUp({ extensions: ['DSN'] });
    await settled((await outbox.queue(request({ envelope }))).id);
    expect(server.commands).toEqual(
      expect.arrayContaining([
        'MAIL FROM:<a@x.org> RET=HDRS ENVID=one',
        'RCPT TO:<b@x.org> NOTIFY=SUCCESS,FAILURE',
      ]),
    );
  });

  test('reports that come at the same moment are all kept, each with its event', async () => {
    await setUp({});
    const { id } = await outbox.queue(request());
    await settled(id);
    const [{ envelope } = { envelope: null }] = await outbox.get('a1', [id]);
    const addresses = envelope?.rcptTo.map(({ email }) => email) ?? [];
    const report = (blobId: string) => ({
      ...{ kind: 'dsn' as const, blobId, envelopeId: id, messageId: null },
      events: [{ kind: 'delayed' as const, addresses, text: blobId }],
    });
    const blobIds = ['r1', 'r2', 'r3', 'r4'];
    await Promise.all(blobIds.map((blobId) => outbox.join('a1', report(blobId))));
    const [submission] = await outbox.get('a1', [id]);
    expect(submission?.dsnBlobIds.toSorted()).toEqual(blobIds);
    const events = (await outbox.timelines('a1', [id])).get(id) ?? [];
    expect(events.filter(({ kind }) => kind === 'delayed')).toHaveLength(4);
  });

  test('what happened is told step by step, without a secret', async () => {
    await setUp({
      answer: (phase, _argument, visit) => (phase === 'rcpt' && visit === 1 ? '550 5.1.1 no' : undefined),
    });
    const { id } = await outbox.queue(request());
    await settled(id);
    await outbox.sendAgain('a1', id);
    await vi.waitFor(() => expect(filed).toHaveLength(1));
    const timeline = await vi.waitFor(async () => {
      const events = (await outbox.timelines('a1', [id])).get(id) ?? [];
      expect(events.at(-1)?.kind).toBe('filed');
      return events;
    });
    const steps = timeline.filter(({ kind }) => kind !== 'client' && kind !== 'server');
    expect(steps.map(({ kind, text }) => [kind, text])).toEqual([
      ['queued', null],
      ['connecting', null],
      ['failed', 'recipientsRefused'],
      ['again', null],
      ['connecting', null],
      ['sent', null],
      ['filed', null],
    ]);
    const said = timeline.filter(({ kind }) => kind === 'server').map(({ text }) => text);
    expect(said).toEqual(expect.arrayContaining(['550 5.1.1 no', '250 2.0.0 queued as TEST']));
    expect(JSON.stringify(timeline)).not.toMatch(/AUTH|235|EHLO/);
  });

  test('R3: a server that takes its time over the final reply is waited for', async () => {
    await setUp({ slowness: 1500 });
    const { id } = await outbox.queue(request());
    await vi.waitFor(() => expect(server.accepted).toHaveLength(1));
    expect((await outbox.get('a1', [id]))[0]?.undoStatus).toBe('pending');
    const done = await settled(id);
    expect(done?.deliveryStatus?.['b@x.org']?.delivered).toBe('queued');
  });

  test('I4: sent again by the user, the bytes are the same, and the copy has them with its Bcc', async () => {
    await setUp({
      answer: (phase, _argument, visit) => (phase === 'dot' && visit === 1 ? 'drop' : undefined),
    });
    const { id } = await outbox.queue(request());
    await settled(id);
    await outbox.sendAgain('a1', id);
    await vi.waitFor(() => expect(filed).toHaveLength(1));
    const [first, second] = server.accepted.map(({ raw }) => `${raw}\r\n`);
    expect(second).toBe(first);
    expect(filed[0]?.replace('Bcc: secret@x.org\r\n', '')).toBe(first);
  });

  test('I6: a copy whose filing takes long is taken by nobody else meanwhile', async () => {
    const { databases } = await setUp();
    const { id } = await outbox.queue(request());
    await settled(id);
    await vi.waitFor(() => expect(filed).toHaveLength(1));
    await outbox.stop();
    const db = databases.main;
    await db.updateTable('submission').set({ file_at: 1 }).where('id', '=', id).execute();
    let finish: (emailId: string) => void = () => undefined;
    const slow = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const host = { fileSent: () => slow, changed: () => undefined };
    const deps = { db, blobs: { read: async () => raw }, host } as unknown as AttemptDeps;
    const row = await claimCopy(deps, []);
    if (!row) throw new Error('nothing to file');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const filing = fileCopy(deps, row);
    // Postgres goes by its own clock, which nobody can fake.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await vi.advanceTimersByTimeAsync(LEASE_MS / 3);
    const fileAt = async () => (await getRows(db, 'a1', [id]))[0]?.file_at ?? 0;
    await vi.waitFor(async () => expect(await fileAt()).toBeGreaterThan(row.file_at ?? 0));
    expect(await claimCopy(deps, [])).toBeNull();
    vi.useRealTimers();
    finish('ethere');
    await filing;
    expect((await getRows(db, 'a1', [id]))[0]).toMatchObject({ file_at: FILED, email_id: 'ethere' });
  });

  test('I5: a row is moved only with the recipients that were read, so that who has it does not get it again', async () => {
    const { databases } = await setUp();
    const { id } = await outbox.queue(request({ sendAt: Date.now() + 60_000 }));
    const [row] = await getRows(databases.main, 'a1', [id]);
    if (!row) throw new Error('no row');
    const moveIf = (recipients: string) => move(databases.main, row, { recipients }, { attempts: 7 });
    expect(await moveIf('{"b@x.org":{"outcome":"accepted","reply":""}}')).toBeNull();
    expect((await moveIf(row.recipients))?.attempts).toBe(7);
  });

  test('R29: the same mail queued twice is refused with the id of the first', async () => {
    await setUp();
    const results = await Promise.allSettled([outbox.queue(request()), outbox.queue(request())]);
    const refused = results.find((result) => result.status === 'rejected');
    const accepted = results.find((result) => result.status === 'fulfilled');
    expect(refused?.reason).toMatchObject({
      code: 'alreadyExists',
      params: { existingId: accepted?.value.id },
    });
    await settled(accepted?.value.id ?? '');
    expect(server.accepted).toHaveLength(1);
  });

  const later = () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30 * 24 * 3600_000 });
    onTestFinished(() => void vi.useRealTimers());
  };
  const to = (...people: string[]) => ({
    mailFrom: { email: 'a@x.org', parameters: null },
    rcptTo: people.map((email) => ({ email, parameters: null })),
  });

  test('R29: what was sent is refused a month later too, also as another copy and with more people', async () => {
    await setUp();
    const { id } = await outbox.queue(request());
    await settled(id);
    later();
    const params = { existingId: id };
    await expect(outbox.queue(request())).rejects.toMatchObject({ code: 'alreadyExists', params });
    const again = request({ emailId: 'e2', raw, envelope: to('New@x.org', 'B@x.org') });
    await expect(outbox.queue(again)).rejects.toMatchObject({ code: 'sentBefore', params });
    expect(server.accepted).toHaveLength(1);
  });

  test('R29: other people get the same message, and so do those who were refused', async () => {
    await setUp({
      answer: (phase, address) =>
        phase === 'rcpt' && address.includes('no@') ? '550 5.1.1 nobody' : undefined,
    });
    const { id } = await outbox.queue(request({ envelope: to('b@x.org', 'no@x.org') }));
    await settled(id);
    await outbox.queue(request({ emailId: 'e2', raw, envelope: to('c@x.org') }));
    await outbox.queue(request({ emailId: 'e2', raw, envelope: to('no@x.org') }));
  });

  test('R29, I3: what is perhaps sent goes once more by sendAgain, or once its submission is destroyed', async () => {
    await setUp({ answer: (phase) => (phase === 'dot' ? 'drop' : undefined) });
    const { id } = await outbox.queue(request());
    expect((await settled(id))?.['gatepost:state']).toBe('uncertain');
    const again = request({ emailId: 'e2', raw });
    await expect(outbox.queue(again)).rejects.toMatchObject({ code: 'sentBefore' });
    await outbox.destroy('a1', id);
    await outbox.queue(again);
  });

  test('R29: a row that was taken off the list and still waits is refused all the same', async () => {
    await setUp();
    const { id } = await outbox.queue(request({ sendAt: Date.now() + 60_000 }));
    await outbox.destroy('a1', id);
    await expect(outbox.queue(request({ emailId: 'e2', raw }))).rejects.toMatchObject({ code: 'sentBefore' });
  });

  test('what somebody else wrote is sent on as often as a person wishes', async () => {
    await setUp();
    const resent = (n: number) =>
      Buffer.concat([Buffer.from(`Resent-To: b@x.org\r\nResent-Message-ID: <r${n}@x.org>\r\n`), raw]);
    for (const n of [1, 2]) {
      const { id } = await outbox.queue(request({ emailId: `e${n}`, raw: resent(n) }));
      await settled(id);
    }
    expect(server.accepted).toHaveLength(2);
  });

  test('R32: what was cancelled in time was never connected', async () => {
    await setUp();
    const queued = await outbox.queue(request({ sendAt: Date.now() + 60_000 }));
    expect((await outbox.cancel('a1', queued.id)).undoStatus).toBe('canceled');
    await expect(outbox.cancel('a1', queued.id)).rejects.toMatchObject({ code: 'unsupported' });
    expect(server.connections).toBe(0);
  });

  test('R32, I5: what some have already is not told as cancelled while it waits for the others', async () => {
    await setUp({
      answer: (phase, address) =>
        phase === 'rcpt' && address.includes('late') ? '450 4.2.0 later' : undefined,
    });
    const rcptTo = ['b@x.org', 'late@x.org'].map((email) => ({ email, parameters: null }));
    const { id } = await outbox.queue(
      request({ envelope: { mailFrom: { email: 'a@x.org', parameters: null }, rcptTo } }),
    );
    await vi.waitFor(
      async () => expect((await outbox.get('a1', [id]))[0]).toMatchObject({ 'gatepost:state': 'due' }),
      { timeout: 8_000, interval: 20 },
    );
    expect(server.accepted).toHaveLength(1);
    await expect(outbox.cancel('a1', id)).rejects.toMatchObject({ code: 'unsupported' });
    expect((await outbox.get('a1', [id]))[0]?.undoStatus).toBe('pending');
  });

  test('R32: a scheduled mail survives a restart and goes out at its time', async () => {
    const { restart } = await setUp();
    const queued = await outbox.queue(request({ sendAt: Date.now() + 300 }));
    await restart();
    await settled(queued.id);
    expect(server.accepted).toHaveLength(1);
  });

  test('R2: a lost answer after the final dot is shown as perhaps sent, and only the user sends again', async () => {
    await setUp({
      answer: (phase, _argument, visit) => (phase === 'dot' && visit === 1 ? 'drop' : undefined),
    });
    const queued = await outbox.queue(request());
    const done = await settled(queued.id);
    expect(done).toMatchObject({
      'gatepost:state': 'uncertain',
      undoStatus: 'final',
      deliveryStatus: { 'b@x.org': { delivered: 'unknown', smtpReply: '' } },
    });
    expect(server.accepted).toHaveLength(1);
    await outbox.sendAgain('a1', queued.id);
    expect((await settled(queued.id))?.['gatepost:state']).toBe('sent');
    expect(server.accepted).toHaveLength(2);
  });

  test('R2: perhaps sent is sent when the mail is found, and only then', async () => {
    await setUp({ answer: (phase) => (phase === 'dot' ? 'drop' : undefined) });
    found = false;
    const queued = await outbox.queue(request());
    expect((await settled(queued.id))?.['gatepost:state']).toBe('uncertain');
    expect((await outbox.lookAgain('a1', queued.id))['gatepost:state']).toBe('uncertain');
    found = true;
    expect((await outbox.lookAgain('a1', queued.id))['gatepost:state']).toBe('sent');
    expect((await outbox.get('a1', [queued.id]))[0]?.deliveryStatus).toMatchObject({
      'b@x.org': { delivered: 'queued' },
    });
    await vi.waitFor(() => expect(filed).toHaveLength(1));
    expect(server.accepted).toHaveLength(1);
    const kinds = (await outbox.timelines('a1', [queued.id])).get(queued.id)?.map(({ kind }) => kind);
    expect(kinds).toContain('found');
  });

  test('R5: a final refusal is failed with the words of the server, and nothing is filed', async () => {
    await setUp({ answer: (phase) => (phase === 'mail' ? '553 5.7.1 not owned by auth user' : undefined) });
    const queued = await outbox.queue(request());
    expect(await settled(queued.id)).toMatchObject({
      'gatepost:state': 'failed',
      'gatepost:code': 'senderRefused',
      'gatepost:serverText': '553 5.7.1 not owned by auth user',
      deliveryStatus: { 'b@x.org': { delivered: 'no' } },
    });
    expect(filed).toEqual([]);
  });

  test('I2: rows of a worker that died are taken up: before data tried again, in data perhaps sent', async () => {
    const { databases } = await setUp();
    const far = Date.now() + 3_600_000;
    const early = await outbox.queue(request({ emailId: 'e1', sendAt: far }));
    const late = await outbox.queue(request({ emailId: 'e2', sendAt: far }));
    const abandon = (id: string, state: 'connecting' | 'data') =>
      databases.main
        .updateTable('submission')
        .set({ state, lease_token: 'dead', lease_until: 1, next_try_at: 1 })
        .where('id', '=', id)
        .execute();
    await abandon(early.id, 'connecting');
    await abandon(late.id, 'data');
    // Any new row wakes the worker, which sweeps first.
    await outbox.queue(request({ emailId: 'e3', sendAt: far }));
    expect((await settled(early.id))?.['gatepost:state']).toBe('sent');
    expect((await settled(late.id))?.['gatepost:state']).toBe('uncertain');
    expect(server.accepted).toHaveLength(1);
  });

  test.runIf(dialect === 'postgres')(
    'R25, I3: a node whose clock is ahead takes no row from one that sends it',
    async () => {
      const { databases } = await setUp();
      await outbox.stop();
      await outbox.queue(request());
      const row = await claimDue(databases.main, Date.now(), { busy: [], bytes: 1_000_000 });
      const ahead = Date.now() + 10 * LEASE_MS;
      vi.spyOn(Date, 'now').mockReturnValue(ahead);
      const swept = await sweepAbandoned(databases.main);
      vi.restoreAllMocks();
      expect(row?.state).toBe('connecting');
      expect(swept).toEqual([]);
    },
  );

  test('changes tell what was created, updated and destroyed, cut at any row', async () => {
    await setUp();
    const far = Date.now() + 3_600_000;
    const start = await outbox.state('a1');
    const first = await outbox.queue(request({ emailId: 'e1', sendAt: far }));
    const second = await outbox.queue(request({ emailId: 'e2', sendAt: far }));
    const page = await outbox.changes('a1', start, 1);
    expect(page).toMatchObject({ created: [first.id], hasMoreChanges: true });
    const rest = await outbox.changes('a1', page.newState, 10);
    expect(rest).toMatchObject({ created: [second.id], hasMoreChanges: false });
    await outbox.cancel('a1', first.id);
    await outbox.destroy('a1', second.id);
    expect(await outbox.changes('a1', rest.newState, 10)).toMatchObject({
      updated: [first.id],
      destroyed: [second.id],
    });
    await expect(outbox.changes('a1', '99999', 10)).rejects.toMatchObject({
      code: 'cannotCalculateChanges',
    });
  });

  test('S16: an address that could carry a command is refused before anything is stored', async () => {
    await setUp();
    const envelope = {
      mailFrom: { email: 'a@x.org', parameters: null },
      rcptTo: [{ email: 'b@x.org>\r\nRCPT TO:<c@x.org', parameters: null }],
    };
    await expect(outbox.queue(request({ envelope }))).rejects.toMatchObject({ code: 'recipientsRefused' });
    expect(await outbox.query('a1', null)).toEqual([]);
  });
});
