import * as leadscore from './index.js';

export * from './index.js';
export default leadscore;
