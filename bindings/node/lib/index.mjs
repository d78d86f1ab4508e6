import leadscore from './index.js';

export const {
  Aliases, LeadscoreError, Model, Store, buildScorecard, drift, evaluate, importModel, inferSpec, loadModel,
  loadModelAsync, loadShared, metrics, publicKeyId, signBundle, train, trainingRows, version, writeBundle,
} = leadscore;
export default leadscore;
