"""Live update: from the addresses of the catalogue to payloads that `data.importing` takes in.

`requests` says which address serves which series, one module an interface (`fred`, `bis`, `world_bank`,
`bank_of_england`, `statcan`); `polite` gets an address as a guest should, with time-outs, bounded retries and
conditional requests; `memory` keeps what was fetched; `session` puts them together. What a payload means is
decided where files from a person's folder are read, in `data.publishers` and `data.importing`: a figure comes
in by the same door whoever opened it.
"""
