export {
  type Certificate,
  certify,
  type Evidence,
  type ExpectedList,
  type LogDifference,
} from "./certificate.ts";
export { certifyGathered, configurationHistory, unplaced, withLeaves } from "./certify-gathered.ts";
export type { Continuity } from "./continuity.ts";
export { expectedLists } from "./expected-lists.ts";
export { gatherPopulation, type PopulationSource } from "./gather.ts";
export { type Compared, type IndependentList, listSchema } from "./independent-list.ts";
export { compareItems, ITEM_TYPES, type ItemType, itemBytes, type PopulationItem, parseItem } from "./item.ts";
export { leafBefore, recordedInLog } from "./log-source.ts";
export {
  certificateChain,
  certificateDigest,
  certifiedFacts,
  checkDrawn,
  drawnFacts,
} from "./on-record.ts";
export { type LeftOut, type Outsider, type Population, PopulationFold, type PopulationQuestion, population } from "./population.ts";
export {
  type DrawnItem,
  drawSample,
  parseSample,
  type Sample,
  type SampleQuestion,
  sampleBytes,
  sampleQuestionSchema,
} from "./sample.ts";
export { type AttributeQuestion, binomialSize, hypergeometricSize } from "./sample-size.ts";
export { isScope } from "./scope.ts";
export { certificateStatement, POPULATION_FILE, POPULATION_PREDICATE_TYPE, parseCertificate, signCertificate } from "./statement.ts";
export { type PopulationCounts, type PopulationHead, PopulationTally } from "./tally.ts";
export type { PopulationEntry } from "./told-entry.ts";
export { type CertificateInputs, type PopulationCheck, type PopulationFault, verifyCertificate } from "./verify-certificate.ts";
export { type SampleCheck, type SampleFault, verifySample } from "./verify-sample.ts";
