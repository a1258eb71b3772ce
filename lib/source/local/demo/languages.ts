/** Mail in other scripts and in the charsets that people still send. */
import type { EmailAddress } from '@/lib/jmap/types';
import { DAY, type DemoMessage, HOUR } from '@/lib/source/local/demo/message';
import { people } from '@/lib/source/local/demo/people';

export function languages(you: EmailAddress): DemoMessage[] {
  const { oleg, anna, kenji, layla, noam, wei } = people;
  const to = [you];
  return [
    {
      id: 'koi8',
      ago: 27 * HOUR,
      from: oleg,
      to,
      charset: 'koi8-r',
      subject: 'Договор аренды на подпись',
      text: 'Добрый день!\n\nПосылаю договор аренды мастерской. Проверьте, пожалуйста, пункт о ремонте: мы договаривались, что крыша за хозяином.\n\nС уважением,\nОлег Васильев',
      keywords: ['$flagged'],
    },
    {
      id: 'cp1251',
      ago: 3 * DAY,
      from: anna,
      to,
      charset: 'windows-1251',
      subject: 'Рецепт пирога с капустой',
      text: 'Обещанный рецепт: три стакана муки, кочан капусты, четыре яйца. Масла не жалеть.\n\nПирог нужно накрыть полотенцем и не открывать час. Это самое трудное.\n\nАня',
      keywords: ['$seen'],
    },
    {
      id: 'ru-1',
      ago: 5 * DAY,
      from: anna,
      to: [you, oleg],
      subject: 'Поездка на выставку',
      text: 'В субботу открывается выставка старых карт. Поедем вместе? Электричка в 9:40.',
      keywords: ['$seen'],
    },
    {
      id: 'ru-2',
      inReplyTo: 'ru-1',
      ago: 5 * DAY - 2 * HOUR,
      from: oleg,
      to: [you, anna],
      subject: 'Re: Поездка на выставку',
      text: 'Я за. Возьму бутерброды и лупу.\n\n> В субботу открывается выставка старых карт. Поедем вместе? Электричка в 9:40.',
      keywords: ['$seen'],
    },
    {
      id: 'ru-3',
      inReplyTo: 'ru-2',
      references: ['ru-1', 'ru-2'],
      ago: 4 * HOUR,
      from: anna,
      to: [you, oleg],
      subject: 'Re: Поездка на выставку',
      text: 'Билеты взяла на троих. Встречаемся у касс без четверти.',
    },
    {
      id: 'jis',
      ago: 2 * DAY,
      from: kenji,
      to,
      charset: 'iso-2022-jp',
      subject: '来週の打ち合わせについて',
      text: 'お世話になっております。\n\n来週の打ち合わせは火曜日の十時からでよろしいでしょうか。資料は前日までにお送りします。\n\n佐藤',
    },
    {
      id: 'arabic',
      ago: 31 * HOUR,
      from: layla,
      to,
      subject: 'دعوة إلى أمسية القراءة',
      text: 'مرحبا،\n\nيسعدني أن أدعوك إلى أمسية القراءة يوم الخميس في الساعة السابعة مساء في المكتبة (الطابق 2).\n\nسنقرأ قصصا قصيرة ونشرب الشاي بالنعناع.\n\nليلى',
    },
    {
      id: 'hebrew',
      ago: 6 * DAY,
      from: noam,
      to,
      subject: 'המתכון של סבתא',
      html: '<div dir="rtl"><p>שלום,</p><p>מצאתי סוף סוף את <b>המתכון</b> של סבתא: שתי כוסות קמח, 3 ביצים והרבה סבלנות.</p><p>נועם</p></div>',
      text: 'שלום,\n\nמצאתי סוף סוף את המתכון של סבתא: שתי כוסות קמח, 3 ביצים והרבה סבלנות.\n\nנועם',
      keywords: ['$seen'],
    },
    {
      id: 'chinese',
      ago: 8 * DAY,
      from: wei,
      to,
      charset: 'gb18030',
      subject: '样品已经寄出',
      text: '您好：\n\n针和线的样品今天已经寄出，大约一周后到。请查收后告诉我哪一种合适。\n\n陈伟',
      keywords: ['$seen', '$answered'],
    },
  ];
}
