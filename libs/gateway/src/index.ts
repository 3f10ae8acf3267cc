export { Admission } from './admission/admission.js';
