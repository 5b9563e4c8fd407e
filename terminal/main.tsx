import 'terminal:styles';
import { render } from 'preact';
import { Shell } from './shell/shell.tsx';
import { followTheme } from './store/settings.ts';
import { start } from './store/network.ts';

followTheme();
void start();
render(<Shell />, document.getElementById('terminal')!);
