"""Live update: from the addresses of the catalogue to payloads that `data.importing` takes in.

`planning` says which series are fetched and which are brought by hand; one module an interface (`fred`, `bis`,
`world_bank`, `bank_of_england`, `statcan`) says which address serves which series, as `contract` has it;
`polite` gets an address as a guest should, `answers` refuses what cannot be the file, `memory` keeps what was
fetched; `session` puts them together. What a payload means is decided where files from a person's folder are
read, in `data.publishers` and `data.importing`: a figure comes in by the same door whoever opened it.
"""
