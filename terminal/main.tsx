import 'terminal:styles';
import { render } from 'preact';
import { Shell } from './shell/shell.tsx';
import { followTheme } from './store/settings.ts';
import { start } from './store/network.ts';
import { restoreWallet } from './wallet/restore.ts';

followTheme();
void start().then(restoreWallet);
render(<Shell />, document.getElementById('terminal')!);
