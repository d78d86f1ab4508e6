// The same from CommonJS.
import leadscore = require('leadscore');

const model: leadscore.Model = leadscore.loadModel('model.lsm');
const status: 'scored' | 'insufficient_data' | 'suppressed' = model.score({ id: 'a1' }, { asOf: 0 }).status;
// @ts-expect-error: there is no such call
leadscore.teach();
