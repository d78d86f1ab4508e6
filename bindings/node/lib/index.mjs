import leadscore from './index.js';

export const { LeadscoreError, Model, Store, loadModel, loadModelAsync, version } = leadscore;
export default leadscore;
