import { cancelQuotes } from './cancelQuotes.ts';
import { deadManSwitch } from './deadManSwitch.ts';
import { freezeQuoteGroup } from './freezeQuoteGroup.ts';
import { massQuote } from './massQuote.ts';
import { resetQuoteGroup } from './resetQuoteGroup.ts';
import { setQuoteGroup } from './setQuoteGroup.ts';

export const quoteMsgs = [
  ...[setQuoteGroup, massQuote, cancelQuotes],
  ...[freezeQuoteGroup, resetQuoteGroup, deadManSwitch],
];
