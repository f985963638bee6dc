/** Everything in one folder, made and verified on the auditor's own machine. */
export function Package({ from, to }: { readonly from: string; readonly to: string }) {
  const command = `npx change-ledger audit --url ${location.origin} --token-file TOKEN-FILE --from ${from.slice(0, 10)} --to ${to.slice(0, 10)} --nonce YOUR-NONCE --out papers`;
  return (
    <section class="card" aria-label="Package">
      <h2>The working papers</h2>
      <p>
        Certificate, sample, each item's evidence, test sheets, results and exceptions, with an index to read and OSCAL for machines. They
        are made on your machine, so that you need not trust this one:
      </p>
      <pre>{command}</pre>
      <p>Whoever gets them verifies them offline:</p>
      <pre>npx change-ledger verify papers</pre>
    </section>
  );
}
