-- One reading of the prose for page and PDF: passages kept apart, headings given stable names and levels without gaps,
-- links checked, raw HTML made harmless. Called once per output format, by report/rendering/markdown.py, with its options as JSON.

local options, boundary
local ids, aliases, reports = {}, {}, { headings = {}, dangling = {}, images = {}, equations = {} }
local equations, last_equation = {}, 0
local here = { chapter = '', passage = 0 }

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('%s+', ' ') .. '"'
end

local function percent_decoded(text)
  return (text:gsub('%%(%x%x)', function(code) return string.char(tonumber(code, 16)) end))
end

local function boundary_number(block)
  if block.t ~= 'Para' then return nil end
  return tonumber(pandoc.utils.stringify(block):match('^' .. boundary .. 'x(%d+)$'))
end

local function marker(number)
  local text = boundary .. 'x' .. number
  return pandoc.RawBlock(FORMAT, FORMAT == 'typst' and ('// ' .. text) or ('<!--' .. text .. '-->'))
end

-- Headings -----------------------------------------------------------------------------------------------------------

local function unique(id)
  local candidate, count = id, 1
  while ids[candidate] do
    count = count + 1
    candidate = id .. '-' .. count
  end
  ids[candidate] = true
  return candidate
end

-- As nbconvert names headings, so that [text](#Some-heading) works as in JupyterLab.
local function slug(inlines)
  return (pandoc.utils.stringify(inlines):gsub('%s+', '-'))
end

-- Levels without gaps, siblings kept siblings: a level is how many open headings stand above.
local function depth(open, level)
  while #open > 0 and open[#open] >= level do table.remove(open) end
  table.insert(open, level)
  return #open
end

local function name_headings(blocks)
  local open, chapter_index, counters = {}, 0, {}
  for _, block in ipairs(blocks) do
    here.passage = boundary_number(block) or here.passage
    if block.t == 'Header' then
      block.level = depth(open, block.level)
      counters[block.level] = (counters[block.level] or 0) + 1
      for deeper = block.level + 1, 6 do counters[deeper] = 0 end
      local alias, chapter, number = slug(block.content), nil, nil
      if block.level == 1 then
        chapter_index = chapter_index + 1
        chapter = options.chapters[chapter_index]
        here.chapter = chapter and chapter.id or alias
        here.unnumbered = chapter ~= nil and not chapter.number  -- a chapter declared without number, as a summary is
        if chapter and chapter.number then
          counters[1] = math.tointeger(chapter.number)
          number = tostring(counters[1])
        end
      end
      if #options.chapters > 0 then
        -- the same in every language, so that a reader who changes language stays where he was
        local path = {}
        for level = 2, block.level do path[#path + 1] = tostring(counters[level] or 0) end
        block.identifier = unique(block.level == 1 and here.chapter or (here.chapter .. '-' .. table.concat(path, '-')))
        if block.level > 1 and not here.unnumbered then
          number = tostring(counters[1]) .. '.' .. table.concat(path, '.')
        end
      else
        block.identifier = unique(alias)
      end
      local own = here.chapter .. '\0' .. alias
      aliases[own] = aliases[own] or block.identifier
      aliases[alias] = aliases[alias] or block.identifier
      table.insert(reports.headings, {
        level = block.level, id = block.identifier, number = number or '', passage = here.passage,
        text = pandoc.utils.stringify(block.content),
      })
      block.attributes['chapter'] = here.chapter
      block.attributes['number'] = number
      block.attributes['unnumbered'] = here.unnumbered and 'true' or nil
    end
  end
end

-- Inline text --------------------------------------------------------------------------------------------------------

local paired = { sub = pandoc.Subscript, sup = pandoc.Superscript, b = pandoc.Strong, strong = pandoc.Strong,
                 i = pandoc.Emph, em = pandoc.Emph }

local function attribute(tag, name)
  return tag:match('%s' .. name .. '%s*=%s*"([^"]*)"') or tag:match('%s' .. name .. "%s*=%s*'([^']*)'")
    or tag:match('%s' .. name .. '%s*=%s*([^%s>]+)')
end

local function harmless(tag)
  local name = tag:match('^<%s*([%a!%-]+)')
  if tag:match('^<!%-%-') then return pandoc.List() end
  if name == 'br' then return pandoc.List { pandoc.LineBreak() } end
  if name == 'a' and (attribute(tag, 'id') or attribute(tag, 'name')) then
    return pandoc.List { pandoc.Span({}, pandoc.Attr(unique(attribute(tag, 'id') or attribute(tag, 'name')))) }
  end
  if tag == '</a>' then return pandoc.List() end
  if name == 'img' and attribute(tag, 'src') then
    return pandoc.List { pandoc.Image({ pandoc.Str(attribute(tag, 'alt') or '') }, attribute(tag, 'src')) }
  end
  return pandoc.List { pandoc.Str(tag) }
end

local function tame_html(inlines)
  local result, index = pandoc.List(), 1
  while index <= #inlines do
    local item = inlines[index]
    if item.t == 'RawInline' then
      local name = item.text:match('^<(%a+)>$')
      local make, close = name and paired[name:lower()], nil
      if make then
        for later = index + 1, #inlines do
          if inlines[later].t == 'RawInline' and inlines[later].text:lower() == '</' .. name:lower() .. '>' then
            close = later
            break
          end
        end
      end
      if close then
        result:insert(make(pandoc.List({ table.unpack(inlines, index + 1, close - 1) })))
        index = close
      else
        result:extend(harmless(item.text))
      end
    else
      result:insert(item)
    end
    index = index + 1
  end
  return result
end

local function tame_block(block)
  if block.text:match('^%s*<!%-%-') then return {} end
  local lines, tags = pandoc.List(), block.text:gsub('%s+$', '')
  if tags:match('^%s*<img%s[^>]*>$') or tags:match('^%s*<a%s[^>]*>%s*</a>$') then
    for tag in tags:gmatch('<[^>]+>') do lines:extend(harmless(tag)) end
    return pandoc.Para(lines)
  end
  for line in tags:gmatch('[^\n]+') do
    if #lines > 0 then lines:insert(pandoc.SoftBreak()) end
    lines:insert(pandoc.Str(line))
  end
  return pandoc.Para(lines)
end

-- Typst would make … of ..., – of -- and a minus of the hyphen in -5; what is printed is what was written.
local function rewritten_by_typst(text)
  return text:find('...', 1, true) or text:find('%-%-') or text:find('%-[%d?]')
end

local function as_written(str)
  local text = str.text
  if not rewritten_by_typst(text) then return nil end
  return pandoc.RawInline('typst', '#' .. quoted(text) .. ';')
end

local function check_link(link)
  local target = link.target
  if target:sub(1, 1) == '#' then
    local wanted = percent_decoded(target:sub(2))
    local found = aliases[here.chapter .. '\0' .. wanted] or (ids[wanted] and wanted) or aliases[wanted]
    if not found then
      table.insert(reports.dangling, { target = wanted, passage = here.passage })
      return pandoc.Span(link.content)
    end
    link.target = '#' .. found
    if FORMAT == 'typst' and pandoc.utils.stringify(link.content):match('^%S+ %d+$') then
      link.content = link.content:walk { Space = function() return pandoc.Str('\u{a0}') end }  -- Figure 1 on one line
    end
    return link
  end
  local scheme = target:match('^%s*([%w+.-]+):')
  if scheme and not ({ http = true, https = true, mailto = true, doi = true })[scheme:lower()] then
    return pandoc.Span(link.content)
  end
  return link
end

local function picture(image)
  local alt = pandoc.utils.stringify(image.caption)
  table.insert(reports.images, { src = image.src, alt = alt, passage = here.passage })
  if FORMAT == 'typst' then
    return pandoc.RawInline('typst', '#prose-image(' .. quoted(here.passage .. ':' .. image.src) .. ', alt: ' .. quoted(alt) .. ')')
  end
  return image
end

-- Equations ----------------------------------------------------------------------------------------------------------

-- A display formula with \label{id} is numbered: by the edition, which counts through all chapters, or here in order.
local function next_number(label)
  last_equation = math.tointeger(options.equations[label]) or last_equation + 1
  return last_equation
end

local in_typst = {}

local function key_of(mathtype, text) return mathtype .. '\0' .. text end

local function without_label(text)
  return (text:gsub('%s*\\label%s*{[^{}]+}%s*', ' '):gsub('^%s+', ''):gsub('%s+$', ''))
end

-- Every formula in one call of the writer, which takes longer to begin than to write one.
local function write_equations(formulas)
  local apart = '// ' .. boundary .. 'formula'
  local written = pandoc.List()
  for _, one in ipairs(formulas) do
    written:insert(pandoc.Plain({ pandoc.Math(one.mathtype, one.text) }))
    written:insert(pandoc.RawBlock('typst', apart))
  end
  local text, start = pandoc.write(pandoc.Pandoc(written), 'typst', { wrap_text = 'none' }), 1
  for _, one in ipairs(formulas) do
    local stop, next_start = text:find(apart, start, true)
    in_typst[key_of(one.mathtype, one.text)] = text:sub(start, stop - 1):gsub('^%s+', ''):gsub('%s+$', '')
    start = next_start + 1
  end
end

local function name_equations(blocks)
  local formulas = pandoc.List()
  blocks:walk {
    traverse = 'topdown',
    Para = function(block) here.passage = boundary_number(block) or here.passage end,
    Math = function(inline)
      formulas:insert({ mathtype = inline.mathtype, text = without_label(inline.text) })
      local label = inline.mathtype == 'DisplayMath' and inline.text:match('\\label%s*{([^{}]+)}')
      if not label then return nil end
      if equations[label] then table.insert(reports.equations, { id = label, passage = here.passage }) end
      equations[label] = next_number(label)
      ids[label] = true
    end,
  }
  if FORMAT == 'typst' and #formulas > 0 then write_equations(formulas) end
end

local function typst_equation(mathtype, text, number)
  local body = in_typst[key_of(mathtype, text)]
  -- pandoc rounds the widths of \; and \! to whole ems, 0 and -1
  if text:find('\\;', 1, true) then body = body:gsub('#h%(0em%)', '#h(0.28em)') end
  if text:find('\\!', 1, true) then body = body:gsub('#h%(%-1em%)', '#h(-0.17em)') end
  local block = tostring(mathtype == 'DisplayMath')
  local numbering = number and ', numbering: "(1)"' or ''
  return '#math.equation(block: ' .. block .. ', alt: ' .. quoted(text) .. numbering .. ', ' .. body .. ')'
end

-- PDF/UA asks for alternative text on every formula; its LaTeX source is what readers of formulas write themselves.
local function formula(inline)
  local referred = inline.mathtype == 'InlineMath' and inline.text:match('^%s*\\eqref%s*{([^{}]+)}%s*$')
  if referred and equations[referred] then
    return pandoc.Link({ pandoc.Str('(' .. equations[referred] .. ')') }, '#' .. referred)
  end
  local label = inline.mathtype == 'DisplayMath' and inline.text:match('\\label%s*{([^{}]+)}')
  local number = label and equations[label]
  local text = without_label(inline.text)
  if FORMAT == 'typst' then
    local markup = typst_equation(inline.mathtype, text, number)
    if not number then return pandoc.RawInline('typst', markup) end
    local counted = '#counter(math.equation).update(' .. (number - 1) .. ')'
    return pandoc.RawInline('typst', counted .. markup .. '#label(' .. quoted(label) .. ')')
  end
  local bare = pandoc.Math(inline.mathtype, text)
  if not number then return bare end
  local shown = pandoc.Span({ pandoc.Str('(' .. number .. ')') }, pandoc.Attr('', { 'equation-number' }))
  return pandoc.Span({ bare, pandoc.Space(), shown }, pandoc.Attr(label, { 'equation' }))
end

local function numbered(header)
  local number = header.attributes['number']
  if header.attributes['unnumbered'] then header.classes:insert('unnumbered') end
  header.attributes = {}
  if FORMAT == 'typst' then
    local chapter = header.level == 1 and number and tonumber(number)
    if chapter then return { pandoc.RawBlock('typst', '#counter(heading).update(' .. math.tointeger(chapter - 1) .. ')'), header } end
    return { header }
  end
  header.level = math.min(header.level + options.shift, 6)
  if number then
    header.content:insert(1, pandoc.Space())
    header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr('', { 'number' })))
  end
  return { header }
end

-- Each block that goes to Lua and back takes time, each word more: blocks are walked together, by words only where needed.

local tamed_html = { Inlines = tame_html, RawBlock = tame_block }
local finished = { Link = check_link, Image = picture, Math = formula,
  Header = function(header) return pandoc.Para({ pandoc.Strong(header.content) }) end }  -- only those inside other blocks
local finished_with_words = { Str = as_written }
for name, change in pairs(finished) do finished_with_words[name] = change end

local function without_html(blocks)
  local found = false
  local function see() found = true end
  blocks:walk { RawInline = see, RawBlock = see }
  return found and blocks:walk(tamed_html) or blocks
end

local function needs_words(element)
  return FORMAT == 'typst' and rewritten_by_typst(pandoc.utils.stringify(element)) ~= nil
end

local function finish(element, by_words)
  return element:walk(by_words and finished_with_words or finished)
end

function Pandoc(document)
  options = pandoc.json.decode(pandoc.utils.stringify(document.meta['report-options']))
  boundary = options.boundary
  for _, target in ipairs(options.targets) do ids[target] = true end
  local blocks = pandoc.Blocks(document.blocks)
  name_headings(blocks)
  name_equations(blocks)
  local result, alike, by_words = pandoc.List(), pandoc.Blocks {}, false
  local function close()
    if #alike > 0 then result:extend(finish(alike, by_words)) end
    alike = pandoc.Blocks {}
  end
  here = { chapter = '', passage = 0 }
  for _, block in ipairs(without_html(blocks)) do
    local number = boundary_number(block)
    if number then
      close()
      here.passage = number
      result:insert(marker(number))
    elseif block.t == 'Header' then
      close()
      here.chapter = block.attributes['chapter'] or here.chapter
      block.content = finish(block.content, needs_words(block.content))
      result:extend(numbered(block))
    else
      local needed = needs_words(block)
      if needed ~= by_words then close() end
      by_words = needed
      alike:insert(block)
    end
  end
  close()
  result:insert(marker(0))
  result:insert(pandoc.RawBlock(FORMAT, boundary .. 'report ' .. pandoc.json.encode(reports)))
  return pandoc.Pandoc(result, pandoc.Meta {})
end
