import 'terminal:styles';
import { render } from 'preact';
import { followKeys } from './shell/keys.ts';
import { Shell } from './shell/shell.tsx';
import { followTheme } from './store/settings.ts';
import { start } from './store/network.ts';
import { followVerifying } from './verify/verify.ts';
import { restoreWallet } from './wallet/restore.ts';

followTheme();
followKeys();
followVerifying();
void start().then(restoreWallet);
render(<Shell />, document.getElementById('terminal')!);
