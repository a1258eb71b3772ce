/** S9: what is drawn stays, byte for byte; what is not goes. Made by ImageMagick: 2 or 8 pixels wide, with a comment "SECRET words". */
import { describe, expect, it } from 'vitest';
import { cleanImage, type RemoteImage } from '@/lib/net/clean-image';

const IMAGES: [type: RemoteImage['type'], base64: string][] = [
  [
    'image/png',
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAQMAAABIeJ9nAAAAA1BMVEX/AAAZ4gk3AAAADElEQVQI12NgYGAAAAAEAAEnNCcKAAAAAElFTkSuQmCC',
  ],
  [
    'image/jpeg',
    '/9j/4AAQSkZJRgABAQAAAQABAAD//gAOU0VDUkVUIHdvcmRz/9sAQwAoHB4jHhkoIyEjLSsoMDxkQTw3Nzx7WF1JZJGAmZaPgIyKoLTmw6Cq2q2KjMj/y9ru9f///5vB////+v/m/f/4/9sAQwErLS08NTx2QUF2+KWMpfj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4/8AAEQgACAAIAwEiAAIRAQMRAf/EABUAAQEAAAAAAAAAAAAAAAAAAAAF/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAMF/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AlgLA3//Z',
  ],
  [
    'image/gif',
    'R0lGODlhAgACAPAAAP8AAAAAACH5BAAKAAAAIf4MU0VDUkVUIHdvcmRzACH/C05FVFNDQVBFMi4wAwEAAAAsAAAAAAIAAgAAAgKEUQAh+QQACgAAACH+DFNFQ1JFVCB3b3JkcwAsAAAAAAIAAgCAAAD/AAAAAgKEUQA7',
  ],
  [
    'image/webp',
    'UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoCAAIAAgA0JaACdLoB+AADsAD+8MQL/yC5YXXI1/8gP+QH/ID/+PIAAAA=',
  ],
];
const made = (type: RemoteImage['type']) =>
  Buffer.from(IMAGES.find(([name]) => name === type)?.[1] ?? '', 'base64');
const clean = (type: RemoteImage['type'], bytes: Buffer) => cleanImage({ type, bytes }).bytes;

describe('S9: a remote image', () => {
  it.each(IMAGES)(
    '%s: comments and what hangs behind its end are left out, once and for all',
    (type, base64) => {
      const whole = clean(type, Buffer.from(base64, 'base64'));
      const hung = clean(type, Buffer.concat([Buffer.from(base64, 'base64'), Buffer.from('PK SECRET')]));
      expect(hung.equals(whole)).toBe(true);
      expect(hung.includes('SECRET')).toBe(false);
      expect(clean(type, hung).equals(hung)).toBe(true);
      expect(hung.length).toBeGreaterThan(30);
    },
  );

  it.each(IMAGES)('%s: cut anywhere, or with lengths that lie, it never fails', (type, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    for (let end = 12; end < bytes.length; end += 1) {
      expect(clean(type, bytes.subarray(0, end)).length).toBeLessThanOrEqual(end + 40);
      const lying = Buffer.from(bytes);
      lying[end] = 0xff;
      expect(() => clean(type, lying)).not.toThrow();
    }
  });

  it('JPEG: of EXIF only which way is up is kept, not where it was taken', () => {
    const tiff = Buffer.from(
      ['49492a00', '08000000', '0200', '1201', '0300', '01000000', '06000000', '2588', '0400'].join('') +
        ['01000000', '26000000', '00000000'].join(''),
      'hex',
    );
    const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('SECRET place')]);
    const size = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
    const jpeg = made('image/jpeg');
    const cleaned = clean('image/jpeg', Buffer.concat([jpeg.subarray(0, 2), size, body, jpeg.subarray(2)]));
    expect(cleaned.includes('SECRET')).toBe(false);
    expect(cleaned.subarray(2, 38).toString('hex')).toBe(
      'ffe10022457869660000' + '4d4d002a00000008' + '0001' + '011200030000000100060000' + '00000000',
    );
    const others = clean('image/jpeg', jpeg);
    expect(cleaned.subarray(38).equals(others.subarray(2))).toBe(true);
  });

  it('WebP: chunks of EXIF and XMP go, and so do the flags that announce them', () => {
    const chunk = (name: string, data: Buffer) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(data.length);
      return Buffer.concat([Buffer.from(name), size, data, Buffer.alloc(data.length % 2)]);
    };
    const [plain] = [made('image/webp')];
    const extended = chunk('VP8X', Buffer.from([0x0c, 0, 0, 0, 1, 0, 0, 1, 0, 0]));
    const chunks = Buffer.concat([
      ...[Buffer.from('WEBP'), extended, plain.subarray(12)],
      ...[chunk('EXIF', Buffer.from('SECRET1')), chunk('XMP ', Buffer.from('SECRET'))],
    ]);
    const riff = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), chunks]);
    riff.writeUInt32LE(chunks.length, 4);
    const cleaned = clean('image/webp', riff);
    expect(cleaned.includes('SECRET')).toBe(false);
    expect(cleaned.readUInt32LE(4)).toBe(cleaned.length - 8);
    expect(cleaned[20]).toBe(0);
  });
});
