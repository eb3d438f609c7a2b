/** Writes documents/first-aid.pdf: run it after changing the text. */

import { writeFileSync } from 'node:fs';
import { makePdf } from './pdf-file.ts';

const pages = [
  {
    lines: [
      'First aid at home',
      '',
      'The first-aid box is on the top shelf in the bathroom. It is checked every January;',
      'what is missing goes on the shopping list at once.',
      '',
      'Always first: look whether you are safe yourself, then help, then call 112.',
      'Say where it happened, what happened, how many people are hurt, and wait for questions.',
      '',
      'Burns. Cool the burn at once with lukewarm running water for ten to twenty minutes.',
      'No ice, no butter, no toothpaste. Cover it loosely with cling film or a clean cloth.',
      'See a doctor if the burn is larger than a palm, or on the face or the hands.',
      '',
      'Cuts. Press a clean cloth on the wound until it stops bleeding, for ten minutes at least.',
      'Hold the arm or leg up. If the bleeding does not stop, call 112.',
    ],
  },
  {
    lines: [
      'Poisoning. Call the poison information, 555 0199, and say what it was, how much, and when.',
      'Do not make anyone vomit. Keep the packet for the doctor.',
      '',
      'Choking. Five firm blows between the shoulder blades, with the person bent forward.',
      'If that does not help: five abdominal thrusts, in turn with five blows. For babies under',
      'one year: five chest thrusts with two fingers instead.',
      '',
      'Not breathing. Begin with chest compressions: 100 to 120 a minute, 5 to 6 cm deep, in the',
      'middle of the chest. After 30 compressions, two breaths. Do not stop before help comes.',
      'The nearest defibrillator hangs at the entrance of the school.',
      '',
      'Nosebleed. Sit, lean forward, pinch the nose for ten minutes, a cold cloth on the neck.',
    ],
  },
];

writeFileSync(new URL('../documents/first-aid.pdf', import.meta.url), makePdf('First aid at home', pages));
