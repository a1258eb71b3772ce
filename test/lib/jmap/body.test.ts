import { expect, it } from 'vitest';
import { bodyValues } from '@/lib/jmap/email/body';
import { BodyBudget } from '@/lib/jmap/email/body-budget';
import { MemoryContent } from '@/lib/jmap/email/content';
import { emailPlan } from '@/lib/jmap/email/plan';
import { bodyParts } from '@/lib/mime/body-structure';

const ALL = {
  fetchTextBodyValues: false,
  fetchHTMLBodyValues: false,
  fetchAllBodyValues: true,
  maxBodyValueBytes: 0,
};

it('S28: the bodies of one request share a budget; what is beyond it is truncated', async () => {
  const content = await MemoryContent.of(Buffer.from('Content-Type: text/plain\r\n\r\n0123456789'), 'b');
  const { root } = content.tree;
  const plan = emailPlan(['bodyValues'], ALL, new BodyBudget(25));
  const read = async () => Object.values(await bodyValues(bodyParts(root), root, content, plan));
  expect(await read()).toEqual([{ value: '0123456789', isEncodingProblem: false, isTruncated: false }]);
  await read();
  expect(await read()).toEqual([{ value: '01234', isEncodingProblem: false, isTruncated: true }]);
  expect(await read()).toEqual([{ value: '', isEncodingProblem: false, isTruncated: true }]);
});
