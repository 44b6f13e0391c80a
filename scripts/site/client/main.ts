import { startCode } from './code.ts';
import { startFilter } from './filter.ts';
import { startMenu } from './menu.ts';
import { startSearch } from './search.ts';
import { startTheme } from './theme.ts';

startTheme();
startMenu();
startSearch();
startFilter();
startCode();
