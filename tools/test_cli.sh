#!/usr/bin/env bash
# What scripts rely on: exit codes, which stream holds what, whole files or none, errors that name the place.
# Usage: tools/test_cli.sh ENTACT
set -euo pipefail
cd "$(dirname "$0")/.."
entact=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$PWD
export ENTACT_DATA=$root/data
cd "$folder"
faults=0 checks=0

fault() {
  echo "  FAIL $*" >&2
  faults=$((faults + 1))
}

# run CODE ARGUMENTS...: the exit code; standard output to `out`, standard error to `err`.
run() {
  local wanted=$1 code=0
  shift
  "$entact" "$@" >out 2>err || code=$?
  checks=$((checks + 1))
  [ "$code" = "$wanted" ] || fault "entact $*: exit $code, not $wanted: $(cat err)"
}

# refused CODE ERROR_CODE PLACE ARGUMENTS...: no output, and an error that names its place and its code.
refused() {
  local wanted=$1 error=$2 place=$3
  shift 3
  run "$wanted" "$@"
  [ ! -s out ] || fault "entact $*: refused, but prints $(head -c 80 out)"
  grep -qF "[$error]" err || fault "entact $*: not $error but $(cat err)"
  grep -qF -- "$place" err || fault "entact $*: does not say '$place' but $(cat err)"
}

json() { node -e 'JSON.parse(require("fs").readFileSync(process.argv[1]))' "$1" 2>/dev/null || fault "$2: no JSON in $1"; }

printf 'study,yi,vi\nA,-0.5,0.1\nB,NA,0.1\nC,-0.7,0.2\n' >good.csv
two_arms=(--measure RD --ai 21 --n1i 46 --ci 14 --n2i 43)

# 0: answered. JSON alone on standard output, notes alone on standard error.
run 0 --version
run 0 --help
run 0 effect "${two_arms[@]}"
run 0 pool good.csv --format json
json out "pool"
grep -q '^note: line 3' err || fault "pool: no note on the row that was left out"
! grep -q '^note:' out || fault "pool: a note on standard output"
run 0 pool good.csv --format json --quiet
json out "pool --quiet"
[ ! -s err ] || fault "--quiet: $(cat err)"
run 0 pool good.csv --format csv
head -1 out | grep -q '^slab,yi,vi,weight$' || fault "pool --format csv: $(head -1 out)"
run 0 report --format json --quiet
json out "report"
[ ! -s err ] || fault "report --quiet: $(cat err)"

# A population fit: JSON alone on standard output; refusals name the file, the line and the key.
fit=("$root/examples/07_fit/MODEL.toml" "$root/examples/07_fit/theophylline.csv")
run 0 fit "${fit[@]}" --replicates 20 --format json --quiet
json out "fit"
run 0 fit "${fit[@]}" --replicates 0 --rows people --format csv
head -1 out | grep -q '^id,eta_ka' || fault "fit --rows people: $(head -1 out)"
refused 2 answer.fit.method "focei" fit "${fit[@]}" --method nlme
sed 's/^1,1.12,.,10.5,/1,0.1,.,10.5,/' "${fit[1]}" >unsorted.csv
refused 3 answer.fit.row "unsorted.csv:6:2" fit "${fit[0]}" unsorted.csv
refused 2 answer.fit.replicates "saw -5" fit "${fit[@]}" --replicates -5
sed '1s/$/,CMT/; 2,$s/$/,1/; s/^\(1,1.12,.*\),1$/\1,2/' "${fit[1]}" >kinds.csv
refused 3 answer.fit.kinds "kinds.csv:6:8 (CMT): participant 1" fit "${fit[0]}" kinds.csv
sed '1s/$/,CENS/; 2,$s/$/,0/; s/^\(1,1.12,.*\),0$/\1,-1/' "${fit[1]}" >above.csv
refused 3 answer.fit.censored "above.csv:6:8 (CENS): participant 1" fit "${fit[0]}" above.csv
sed 's/^structure.*/structure = "two compartment"/' "${fit[0]}" >two.toml
refused 2 answer.model.none "it is 'one compartment'" fit two.toml "${fit[1]}"
sed '/^dose/d' "${fit[0]}" >unitless.toml
refused 3 io.toml.missing "unitless.toml" fit unitless.toml "${fit[1]}"
sed 's/^additive.*/proportional = 0.2/' "${fit[0]}" >proportional.toml
refused 3 pharm.population.spread "participant 1, time 0 h (line 3)" fit proportional.toml "${fit[1]}"
head -13 "${fit[1]}" >one.csv
run 0 fit "${fit[0]}" one.csv --replicates 0 --quiet
grep -q 'shrinkage not known' out || fault "fit of one person: $(cat out)"

# Noncompartmental analysis: tables by participant and by group; refusals name participant, time and line.
run 0 nca "${fit[1]}" --unit mg/L --format json --quiet
json out "nca"
run 0 nca "${fit[1]}" --unit mg/L --group SEX --rows summary --format csv
head -1 out | grep -q '^SEX,quantity,unit,n,mean,' || fault "nca --rows summary: $(head -1 out)"
run 0 nca "${fit[1]}" --unit mg/L --format html --out nca.html
grep -q 'Noncompartmental analysis' nca.html || fault "nca: no page"
refused 3 answer.nca.row "unsorted.csv:6:2 (TIME): participant 1, time 0.1 h" nca unsorted.csv
refused 2 answer.nca.unit "mol" nca "${fit[1]}" --unit mol
refused 2 answer.nca.option "FROM:TO" nca "${fit[1]}" --slope 24
run 0 nca "${fit[1]}" --unit mg/L --interval 0:12 --interval 2:9 --tau 8 --format csv
head -1 out | grep -q ',volume,auc_0_12,auc_2_9,auc_tau,' || fault "nca --interval: $(head -1 out)"
refused 2 answer.nca.option "FROM:TO" nca "${fit[1]}" --interval 9:2
printf 'ID,TIME,DV,AMT,EVID,RATE\nA,-1,0,.,0,.\nA,0,0,50,1,50\nA,1,100,.,0,.\nA,2,50,.,0,.\nA,4,25,.,0,.\nA,8,5,.,0,.\n' >dosed.csv
cp dosed.csv twice.csv
printf 'A,12,0,50,1,0\nA,13,90,.,0,.\n' >>twice.csv
refused 3 answer.nca.row "twice.csv:8:4 (AMT): participant A, time 12 h: a second dose" nca twice.csv
printf 'B,0,0,50,1,50\nB,0,0,.,0,.\nB,2,0,.,0,.\nC,0,0,50,1,0\nC,0,0,.,0,.\nC,1,27,.,0,.\nC,3,5.4,.,0,.\nC,22,5.4,.,0,.\nC,36,5.4,.,0,.\n' >>dosed.csv
run 0 nca dosed.csv --rows summary --format csv
grep -q '^half_life_h,h,1,' out || fault "nca, a flat end: $(grep half_life out)"
grep -q 'participant A: no sample at the dose; the one 1 h before it stands for it, 0' err || fault "nca, before the dose: $(cat err)"
grep -q 'after an infusion' err || fault "nca, infusion: $(cat err)"
run 0 nca dosed.csv --blq drop,drop,drop --format json --quiet
json out "nca, nothing measurable"
run 0 nca dosed.csv --blq drop,drop,drop
grep -q 'participant B: no concentration can be measured' err || fault "nca, nothing measurable: $(cat err)"

# Global sensitivity of a simulated metric.
sensitivity=(simulate mdma --regimen 120@0 --times 0:24:2 --sensitivity)
run 0 "${sensitivity[@]}" morris --base 4 --of concentration:auc --format json --quiet
json out "simulate --sensitivity"
run 0 "${sensitivity[@]}" sobol --base 8 --of concentration:peak --format csv --quiet
head -1 out | grep -q '^parameter,varies,low,high,' || fault "simulate --sensitivity: $(head -1 out)"
refused 2 answer.sensitivity.option "OUTPUT:METRIC" "${sensitivity[@]}" sobol --of concentration
refused 2 answer.sensitivity.option "sobol or morris" "${sensitivity[@]}" efast --of concentration:peak

# Observations are those of one model.
refused 4 answer.validate.model 'no observations for model mdma-linear' simulate mdma-linear --validate
# A model from SBML: minutes become hours, a dose is divided by the compartment's size, what was taken for granted is said.
sbml() {
  cat <<END
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m" $1>
<listOfUnitDefinitions><unitDefinition id="minute"><listOfUnits><unit kind="second" exponent="1" scale="0" multiplier="60"/></listOfUnits></unitDefinition></listOfUnitDefinitions>
<listOfCompartments><compartment id="c" spatialDimensions="3" size="10" constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="0" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0" constant="true"/></listOfParameters>
<listOfRules><rateRule variable="A"><math xmlns="http://www.w3.org/1998/Math/MathML"><cn>0.5</cn></math></rateRule></listOfRules></model></sbml>
END
}
sbml 'timeUnits="minute"' >minutes.xml
sbml '' >hours.xml
sbml 'timeUnits="litre"' >litres.xml
run 0 simulate minutes.xml --regimen 100@0 --times 0:2:1 --output A --rows minutes.csv --n 1 --quiet
awk -F, 'END { exit !($NF > 69.999 && $NF < 70.001) }' minutes.csv || fault "simulate minutes.xml: $(tail -1 minutes.csv)"
run 0 simulate hours.xml --regimen 100@0 --times 0:2:1 --output A
cat out err | grep -q 'taken as per hour' || fault "simulate hours.xml: no notice"
refused 3 pharm.sbml.time "saw 'litre'" simulate litres.xml --regimen 100@0

# Every simulated course in a file, block by block; nothing half-written stays.
courses=(simulate mdma --regimen 120@0 --times 0:24:2 --output concentration --quiet)
run 0 "${courses[@]}" --n 70 --rows courses.csv --states
[ "$(wc -l <courses.csv)" -eq 911 ] || fault "simulate --rows: $(wc -l <courses.csv) lines"
head -1 courses.csv | grep -q '^case,participant,t_h (h),concentration (ng/mL),gut (mg),' || fault "simulate --rows: $(head -1 courses.csv)"
run 0 "${courses[@]}" --n 70 --rows courses.parquet
[ "$(head -c 4 courses.parquet)" = PAR1 ] || fault "simulate --rows: no Parquet"
refused 2 answer.simulate.option -- "${courses[@]}" --n 0 --rows courses.csv
refused 2 io.rows.format courses.xlsx "${courses[@]}" --rows courses.xlsx

# Exposure counts from the first dose; what a coarse grid misses, and what is no number, is said.
exposure=(simulate mdma --regimen 120@0 --output concentration --n 0)
run 0 "${exposure[@]}" --times 12,24
grep -q 'Tmax (h) *12.0$' out || fault "simulate --times 12,24: $(cat out)"
grep -q 'AUC 12-24 h by model' out || fault "simulate --times 12,24: $(cat out)"
grep -q '^note: 120@0: .*Cmax: .* on a fine grid ' err || fault "simulate --times 12,24: $(cat err)"
run 0 "${exposure[@]}" --times 0:24:0.25 --above 100
[ ! -s err ] || fault "simulate: notes that nothing calls for: $(cat err)"

# An event table whose people change in time: weight, and a co-medication that stops between sessions.
printf 'ID,TIME,AMT,UNIT,weight_kg,comedication\n1,0,120,mg,70,paroxetine\n1,48,.,.,.,paroxetine\n1,672,120,mg,72,none\n' >events.csv
events=(simulate mdma --events events.csv --times 0:696:24 --output concentration --n 0 --quiet)
run 0 "${events[@]}"
grep -q 'comedication: paroxetine; from 48 h none' out || fault "simulate --events: $(cat out)"
run 0 "${events[@]}" --carry forward --format json
grep -q '"from_h": 672.0' out || fault "simulate --events --carry forward: $(head -c 400 out)"
refused 2 answer.simulate.option "the column weight_kg" "${events[@]}" --covariate weight_kg=70
sed -i 's/none/aspirin/' events.csv
refused 3 pharm.events.covariate "row 3: comedication is one of none" "${events[@]}"
refused 2 answer.simulate.option "--sessions repeats a regimen" "${events[@]}" --sessions 3
run 0 simulate mdma --protocol MAPP1:mdma --every 28d --missed 2.2 --n 0 --output concentration --format json
grep -q '"MAPP1:mdma, without dose 2.2"' out || fault "simulate --protocol: $(head -c 300 out)"
refused 2 answer.protocol.name "names an arm of doses.csv" simulate mdma --protocol MAPP9:mdma --every 28d
refused 2 answer.simulate.option "--every says how far apart" simulate mdma --protocol MAPP1:mdma
refused 4 answer.protocol.dose "gives no initial dose" simulate mdma --protocol maa1:placebo --every 28d
refused 2 answer.simulate.option "--unit is of an event table" simulate mdma --regimen 120@0 --unit 'mg base'
refused 2 answer.simulate.option "--regimen names doses" simulate mdma --regimen ''
refused 2 pharm.regimen.duration '"28" is no duration' simulate mdma --regimen 120@0 --sessions 2 --every 28
refused 2 pharm.regimen.times "none comes twice" simulate mdma --regimen 120@0 --times 0:2:1,2
echo ID,TIME,AMT,UNIT >no_rows.csv
refused 3 pharm.events.rows "a row or more" simulate mdma --events no_rows.csv
printf 'ID,TIME,AMT,UNIT,CMT\n1,0,120,mg,warmth\n' >warm.csv
refused 3 pharm.events.compartment "no dose goes to warmth" simulate mdma --events warm.csv
printf 'ID,TIME,AMT,UNIT,RATE,II,SS\n1,0,100,mg,-2,0,0\n1,24,60,mg,-2,12,2\n' >added.csv
refused 4 pharm.simulate.superposition "doses do not add up" simulate mdma --events added.csv --n 0
if "$entact" simulate mdma --regimen 120@0 --n 0 --format csv >/dev/full 2>err; then fault "a full disk goes unseen"; fi
grep -qF '[cli.output.write]' err || fault "a full disk: $(cat err)"
run 0 simulate mdma --regimen 120@30 --n 0 --format csv
grep -q '^[^#]*54' out || fault "simulate 120@30 ends before its dose is seen"

# Time to event: the same trial as CDISC and as R write it; refusals name the line.
printf 'USUBJID,ARM,AVAL,CNSR\nP1,A,5,0\nP2,B,8,0\nP3,A,9,1\nP4,B,11,0\nP5,A,4,0\n' >adtte.csv
run 0 survival adtte.csv --time AVAL --event CNSR --covariates ARM --format json
json out "survival"
run 0 survival adtte.csv --formula 'Surv(AVAL, CNSR == 0) ~ ARM' --format csv
head -1 out | grep -q '^group,time,at_risk,' || fault "survival --format csv: $(head -1 out)"
run 0 survival adtte.csv --time AVAL --event CNSR --by ARM --trend order
grep -q 'trend over the groups' out || fault "survival --trend: $(cat out)"
run 0 survival "$root/reference/survival/competing.csv" --formula 'Surv(time, cause) ~ x1' --competing --cause 2 --model fine-gray --format json
grep -q subdistribution_hazard_ratio out || fault "survival --model fine-gray: $(head -c 80 out)"
run 0 survival "$root/reference/survival/recurrent.csv" --formula 'Surv(start, stop, event) ~ arm' --recurrent --format html --out recurrent.html
grep -q 'Mean number of events' recurrent.html || fault "survival --recurrent: no page"
refused 2 answer.survival.option -- survival adtte.csv --time AVAL --event CNSR --covariates ARM --model fine-gray
printf 'USUBJID,ARM,AVAL,BASE,ADY\nP1,A,18,40,8\nP1,A,26,40,12\nP2,B,20,50,4\nP2,B,24,50,12\n' >visits.csv
run 0 relapse visits.csv --share 50% --format json
json out "relapse"
grep -q 'not randomised' err || fault "relapse: does not say that responders are no randomised groups"
refused 2 stats.relapse.rule criterion relapse visits.csv
refused 2 answer.relapse.column DAY relapse visits.csv --share 50% --time DAY
sed 's/,12$/,8/' visits.csv >twice.csv
refused 3 answer.relapse.twice twice.csv:3 relapse twice.csv --share 50%
sed 's/P4,B,11/P4,B,-11/' adtte.csv >negative.csv
refused 3 answer.survival.time negative.csv:5 survival negative.csv --time AVAL --event CNSR
sed 's/,0$/,1/' adtte.csv >none.csv
refused 4 stats.cox.events none.csv survival none.csv --time AVAL --event CNSR --covariates ARM
refused 2 answer.survival.columns --formula survival adtte.csv

# Virtual trials: 15 lines run; threads change nothing; what is wrong is named with file, line and key.
cat >trial.toml <<'TOML'
title = "Two arms"
[design]
n = 60
visits = [4, 8, 18]
[[arm]]
name = "MDMA"
dose_mg = 120
[[arm]]
name = "Placebo"
[truth]
baseline_sd = 7
sd = 12
correlation = 0.5
effect = -9
[truth.belief]
active = 0.9
[simulation]
replicates = 60
TOML
run 0 trial trial.toml --format json --threads 1
json out "trial"
cp out one.json
run 0 trial trial.toml --format json --threads 3
cmp -s out one.json || fault "trial: threads change the answer"
[ ! -s err ] || fault "trial: draws a bar where there is no terminal"
run 0 trial trial.toml --replicates 20 --checkpoint kept.bin
for _ in first resumed; do
  run 0 trial trial.toml --format json --checkpoint kept.bin
  cmp -s out one.json || fault "trial --checkpoint: another answer"
done
printf '[looks]\nat = [0.5]\nfutility = "pocock"\n' | cat trial.toml - >looks.toml
run 0 trial looks.toml --format json
grep -q '"median_unbiased_bias"' out || fault "trial: no characteristics of the looks"
printf '[looks]\nat = [0.5]\nfutility_z = [4]\n' | cat trial.toml - >looks.toml
refused 4 trial.group_sequential.cross looks.toml:19 trial looks.toml
printf '[looks]\nat = [0.5]\nreestimate = {rule = "conditional power", n_max = 100}\nallocate = {rule = "thompson"}\n' | cat trial.toml - >looks.toml
run 0 trial looks.toml --format json --threads 1
grep -q '"allocated"' out || fault "trial: no allocation by arm"
mv out one.json
run 0 trial looks.toml --format json --threads 2
cmp -s out one.json || fault "trial: threads change looks that adapt"
run 0 trial looks.toml --rerun 3
grep -q 'with looks: ' out || fault "trial --rerun: nothing of the looks"
printf '[looks]\nat = [0.5]\nselect = {rule = "best"}\n' | cat trial.toml - >looks.toml
refused 3 io.toml.value looks.toml:21 trial looks.toml
refused 2 answer.checkpoint.other kept.bin trial trial.toml --seed 77 --checkpoint kept.bin
refused 3 answer.checkpoint.write none/kept.bin trial trial.toml --checkpoint none/kept.bin
if script -qec true /dev/null >/dev/null 2>&1; then
  script -qec "$entact trial trial.toml --out seen.json" /dev/null >bar </dev/null
  grep -q '60 of 60 trials' bar || fault "trial: no bar on a terminal: $(head -c 200 bar)"
fi
run 0 trial trial.toml --format csv
head -1 out | grep -q '^design,scenario,settings,' || fault "trial --format csv: $(head -1 out)"
sed 's/active = 0.9/active = 1.9/' trial.toml >wrong.toml
refused 3 io.toml.value wrong.toml:16 trial wrong.toml
sed 's/correlation = 0.5/correlation = -0.9/' trial.toml >wrong.toml
refused 3 trial.truth.covariance wrong.toml:13 trial wrong.toml
printf '[[estimand]]\nid = "primary"\nvisit = 24\n' | cat trial.toml - >wrong.toml
refused 3 io.toml.value wrong.toml:21 trial wrong.toml
sed 's/dose_mg = 120/ratio = 0/' trial.toml >wrong.toml
refused 3 io.toml.value wrong.toml:7 trial wrong.toml
sed 's/n = 60/n = 60\neligible = [400, 500]/' trial.toml >wrong.toml
refused 3 trial.design.nobody wrong.toml:4 trial wrong.toml
printf '[[scenario]]\n[scenario.vary]\n"belief.active" = [0.5, 1.5]\n' | cat trial.toml - >wrong.toml
refused 3 trial.truth.probability wrong.toml:21 trial wrong.toml
sed 's/effect = -9/efect = -9/' trial.toml >wrong.toml
refused 3 io.toml.unknown wrong.toml:14 trial wrong.toml
refused 2 answer.trial.replicates --replicates trial trial.toml --replicates 1
# A mixed model: slopes from a visit on, and the test of a subgroup in one model.
run 0 mmrm "$root/reference/mmrm/mapp_like.csv" --formula 'CHG ~ ARM*VISITN + us(AVISIT | USUBJID)' --reference PBO --slope VISITN --slope-from 2
grep -q '^Slopes per unit of VISITN, from 2 on$' out || fault "mmrm --slope: $(head -20 out)"
refused 2 answer.mmrm.slope -- mmrm "$root/reference/mmrm/mapp_like.csv" --formula 'CHG ~ ARM*VISITN + us(AVISIT | USUBJID)' --slope-from 2
refused 2 answer.mmrm.slope BASE mmrm "$root/reference/mmrm/mapp_like.csv" --formula 'CHG ~ BASE + ARM*AVISIT + us(AVISIT | USUBJID)' --slope BASE
run 0 mmrm "$root/reference/mmrm/free_times.csv" --formula 'CHG ~ BASE + ARM*ADY + sp_exp(ADY | USUBJID)' --reference PBO --df kenward-roger
grep -q '^  range  *53.691$' out || fault "mmrm sp_exp: $(tail -3 out)"
run 0 impute "$root/reference/counts/counts.csv" --formula 'EVENTS ~ BASE + TRTP' --analysis 'counts: EVENTS ~ BASE + TRTP' --reference PBO --exposure FUTIME --planned 12 --draws 20 --tipping MDMA=1:4:1
grep -q '^Tipping point of MDMA / PBO' out || fault "impute --tipping of counts: $(tail -3 out)"
refused 2 answer.interaction.column ARM mmrm "$root/reference/mmrm/mapp_like.csv" --formula 'CHG ~ ARM*AVISIT + us(AVISIT | USUBJID)' --interaction ARM
run 0 trial trial.toml --out trial.html
grep -q 'Operating characteristics' trial.html || fault "trial: no page"
sed 's/n = 60/n = 60\nrange = [0, 80]\ninstrument = "CAPS-5"/' trial.toml >items.toml
run 0 trial items.toml --rerun 5 --keep kept --items --format json
json out "trial --rerun"
run 0 mmrm kept/adqs.csv --formula 'CHG ~ BASE + TRTP*AVISIT + us(AVISIT | USUBJID)' --format json
run 0 score kept/items.csv --instrument CAPS-5 --format csv
run 0 blinding kept/adsl.csv --guess GUESS
refused 2 answer.trial.rerun --rerun trial trial.toml --rerun -1
refused 3 answer.trial.items --items trial trial.toml --rerun 1 --keep kept --items
run 0 trial --replicate MAPP2 --replicates 50 --format json
json out "trial --replicate"
run 0 trial --replicate MAPP2 --replicates 5 --checkpoint replicated.bin
cp out once
run 0 trial --replicate MAPP2 --replicates 5 --checkpoint replicated.bin
cmp -s out once || fault "trial --replicate --checkpoint: another answer"
run 0 pool --analysis ptsd_caps_smd --out pool.json
printf '[assurance]\nfrom = "pool.json"\nsd = 12\n[conclusion]\npool = "ptsd_caps_smd"\n' | cat trial.toml - >asks.toml
run 0 trial asks.toml --replicates 20 --format json
grep -q '"from": *"pool.json"' out || fault "trial: no prior from a pool"
grep -q '"says": *"benefit shown"' out || fault "trial: no conclusion of the pool"
printf '[conclusion]\npool = "ptsd_dropout"\n' | cat trial.toml - >wrong.toml
refused 2 answer.trial.pool wrong.toml:20 trial wrong.toml
refused 4 evidence.replication.facts MAPP9 trial --replicate MAPP9
refused 2 cli.trial.input TRIAL.toml trial

# Designs: sizes and bounds; what is no request is refused.
run 0 design --difference 0.5 --looks 0.5,0.75 --futility pocock --format json
json out "design"
run 0 design --difference 0.5 --looks 0.5 --out design.html
grep -q 'Bounds on the scale of the effect' design.html || fault "design: no page"
run 0 design --difference 0.5 --looks 0.5 --format csv
head -1 out | grep -q '^share,n,efficacy_z,' || fault "design --format csv: $(head -1 out)"
run 0 design --measure mmrm --difference 9 --sd 12 --retained 1,0.95,0.9 --n 104
grep -q 'power 0.9' out || fault "design --n: $(cat out)"
refused 2 answer.design.request --difference design
refused 4 trial.sample_size.none effect design --difference 0
refused 2 trial.group_sequential.rates 'information rates' design --difference 1 --looks 0.5,0.4

# --out: the format is that of the ending, standard output stays empty, files are the same as standard output.
run 0 effect "${two_arms[@]}" --out effect.json --out effect.csv --out effect.txt
[ ! -s out ] || fault "--out also prints: $(head -c 80 out)"
for format in json csv text; do
  run 0 effect "${two_arms[@]}" --format "$format"
  cmp -s out "effect.${format/text/txt}" || fault "--out: effect.${format/text/txt} is not what --format $format prints"
done
json effect.json "effect --out"
run 0 report --quiet --out report.json
run 0 report --quiet --format json
cmp -s out report.json || fault "--out report.json is not what report --format json prints"

# A page, where the command makes one: the same from --format and --out, with the Document of the JSON output inside.
study=$root/reference/adverse
adverse=(adverse "$study/adae.csv" --subjects "$study/adsl.csv" --sessions "$study/sessions.csv" --windows acute:0-2,delayed:3-7)
run 0 "${adverse[@]}" --threshold 50% --quiet
grep -q ' of 8 terms, with .* are not shown' out || fault "adverse --threshold: says nothing of hidden terms"
run 0 "${adverse[@]}" --out adverse.json
json adverse.json "adverse"
grep -q '"document"' adverse.json || fault "adverse --out adverse.json: no Document"
if [ -e "$root/web/dist/template.html" ]; then
  run 0 "${adverse[@]}" --out adverse.html
  grep -q 'id="entact-document"' adverse.html || fault "adverse --out adverse.html: no Document inside"
fi
run 2 effect "${two_arms[@]}" --format html
grep -q 'cli.output.format' err || fault "effect --format html: $(cat err)"

# 2: wrong use.
for wrong in "" "teapot" "pool good.csv --teapot" "pool good.csv --format xml" "effect" "evidence"; do
  # shellcheck disable=SC2086
  run 2 $wrong
  [ ! -s out ] || fault "entact $wrong: prints $(head -c 80 out)"
  [ -s err ] || fault "entact $wrong: says nothing"
done
refused 2 cli.report.format csv report --format csv
refused 2 cli.report.format report.txt report --out report.txt
refused 2 cli.output.format xml effect "${two_arms[@]}" --out effect.xml
refused 2 cli.as_of yesterday report --as-of yesterday
refused 2 cli.pool.input --analysis pool good.csv --analysis ptsd_caps_smd
refused 2 evidence.analysis.unknown teapot pool --analysis teapot
refused 2 evidence.base.no_table teapot evidence list teapot
refused 2 evidence.list.column teapot evidence list studies --where teapot=1
refused 2 evidence.trail.unknown teapot evidence show teapot
refused 2 stats.pool.method TEA pool good.csv --method TEA
refused 2 answer.effect.measure TEA effect --measure TEA
refused 2 answer.adverse.window "acute" adverse "$study/adae.csv" --subjects "$study/adsl.csv" --windows acute
refused 2 answer.adverse.reference Ketamine "${adverse[@]}" --reference Ketamine

# 3: input that cannot be read. Each kind of fault names file, line and column where there are any.
malformed() {  # NAME TEXT ERROR_CODE PLACE
  # shellcheck disable=SC2059
  printf "$2" >"$1.csv"
  refused 3 "$3" "$1.csv$4" pool "$1.csv" --format json --out "$1.json"
  [ ! -e "$1.json" ] || fault "$1: wrote $1.json"
}
malformed empty '' io.csv.empty :1
malformed unnamed 'yi,\n1,2\n' io.csv.header_empty :1:2
malformed twice 'yi,yi\n1,2\n' io.csv.header_duplicate :1:2
malformed semicolons 'yi;vi\n1;2\n' io.csv.delimiter :1
malformed short 'yi,vi\n1,2\n1\n' io.csv.few_fields :3
malformed long 'yi,vi\n1,2,3\n' io.csv.many_fields :2:3
malformed unclosed 'yi,vi\n1,"2\n' io.csv.unterminated :2:2
malformed trailing 'yi,vi\n1,"2"3\n' io.csv.after_quote :2:2
malformed stray 'yi,vi\n1,2"3\n' io.csv.stray_quote :2:2
malformed return 'yi,vi\n1,2\r3,4\n' io.csv.carriage_return :2:2
malformed zero 'yi,vi\n1,\0\n' io.csv.nul :2:2
malformed latin1 'yi,vi\n1,\377\n' io.csv.utf8 :2:2
malformed words 'yi,vi\n1,x\n' answer.pool.number ':2:2 (vi)'
malformed negative 'yi,vi\n1,-1\n2,1\n' answer.pool.variance :2
refused 3 io.file.missing missing.csv pool missing.csv
refused 3 io.file.directory "$folder" pool "$folder"
refused 3 answer.data.none teapots report --data teapots
refused 3 io.file.write nowhere/effect.json effect "${two_arms[@]}" --out nowhere/effect.json

# 4: sound input that has no answer.
printf 'yi,vi\n' >none.csv
refused 4 stats.pool.few "" pool none.csv
refused 4 answer.effect.no_events "0 of 46" effect --measure RR --ai 0 --n1i 46 --ci 0 --n2i 43
refused 4 answer.report.empty 1900-01-01 report --as-of 1900-01-01

# Nothing is half written: a file that stands is left as it was, and no piece of a new one stays behind.
echo kept >kept.json
refused 4 answer.effect.no_events "" effect --measure RR --ai 0 --n1i 46 --ci 0 --n2i 43 --out kept.json
[ "$(cat kept.json)" = kept ] || fault "a refused command touched kept.json"
refused 2 cli.output.format xml effect "${two_arms[@]}" --out first.json --out second.xml
[ ! -e first.json ] || fault "wrote first.json although second.xml was refused"
ls -A >listed
run 0 effect "${two_arms[@]}" --out kept.json
json kept.json "effect --out"
ls -A | cmp -s - listed || fault "left behind: $(ls -A | comm -13 listed -)"

# Scoring: the bad cell is named; what is not on record is not scored.
printf 'USUBJID,AVISIT,Q1,Q2,Q3,Q4,Q5,Q6,Q7\nP1,Baseline,3,3,3,3,3,3,2\nP1,Week 8,1,1,1,1,0,0,0\n' >gad.csv
run 0 score gad.csv --instrument GAD-7 --prefix Q --baseline Baseline --format json
json out "score"
grep -q '^note: unverified: ' err || fault "score: no note on recalled facts"
run 0 score --list --format csv
grep -q '^CAPS-5,yes,' out || fault "score --list: $(head -3 out)"
printf 'USUBJID,mobility,selfcare,activities,pain,anxiety\nP1,1,1,1,1,2\n' >eq5d.csv
printf 'profile,value\n11111,1\n11112,0.9\n' >values.csv
run 0 score eq5d.csv --instrument EQ-5D-5L --value-set values.csv --format csv
grep -q ',0.9,' out || fault "score --value-set: $(cat out)"
run 0 score eq5d.csv --instrument EQ-5D-5L
grep -q -- '--value-set FILE' err || fault "score: does not say how to give a value set"
sed 's/,0,0,0$/,0,0,4/' gad.csv >outside.csv
refused 3 answer.score.range 'outside.csv:3:9 (Q7)' score outside.csv --instrument GAD-7 --items Q1..Q7
refused 3 answer.score.column "'GAD" score gad.csv --instrument GAD-7 --prefix GAD
refused 4 evidence.instrument.unscored PDS score gad.csv --instrument PDS
refused 2 evidence.instrument.unknown teapot score gad.csv --instrument teapot
refused 2 cli.score.input instrument score gad.csv
refused 2 cli.score.baseline response score gad.csv --instrument GAD-7 --response 50%
refused 2 cli.score.index reliability score gad.csv --instrument GAD-7 --sd 5

# A whole plan: the document, its tables, and a misspelt option that names the plan's line.
cp -r "$root/examples/06_analysis_plan" plan
run 0 analyze plan/PLAN.toml --format json --csv-dir tables
json out "analyze"
head -1 tables/primary-estimates.csv | grep -q 'interval_low,interval_high,p$' || fault "analyze --csv-dir: $(ls tables)"
sed -i 's/^param = /parameter = /' plan/PLAN.toml
refused 3 io.toml.unknown plan/PLAN.toml: analyze plan/PLAN.toml
refused 3 io.file.missing nothing.toml analyze nothing.toml

# Every command that answers from the evidence base treats its faults alike: a word that there is not is a note with its place, on standard
# error and in the JSON issues, and the answer comes from the rest.
readers=(
  "report"
  "claims"
  "harms"
  "pool --analysis ptsd_caps_smd"
  "stress --analysis ptsd_caps5_md"
  "evidence list studies"
  "evidence show MAPP1"
)
has_issue() {  # FILE WORDS
  node -e 'const { issues } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    process.exit(issues.some((issue) => issue.includes(process.argv[2])) ? 0 : 1)' "$1" "$2" 2>/dev/null
}
cp -r "$ENTACT_DATA" spoilt
sed -i '2s/,trial,/,teapot,/' spoilt/studies.csv
for reader in "${readers[@]}"; do
  # shellcheck disable=SC2086
  run 0 $reader --data spoilt --format json
  grep -q '^note: spoilt/studies.csv:2:4 (record_kind).*teapot.*\[evidence.base.vocabulary\]' err || fault "$reader, spoilt: $(head -3 err)"
  has_issue out 'teapot' || fault "$reader, spoilt: not among the issues of the JSON"
  # shellcheck disable=SC2086
  run 0 $reader --format json
  ! grep -q 'csv:' err || fault "$reader, sound: $(head -3 err)"
done
run 0 harms --data spoilt --quiet
[ ! -s err ] || fault "harms --quiet, spoilt: $(head -3 err)"
run 3 evidence check --data spoilt

# A table that cannot be read at all, or is not there, leaves no answer.
printf '"' >>spoilt/arms.csv
for reader in "${readers[@]}"; do
  # shellcheck disable=SC2086
  refused 3 io.csv.unterminated spoilt/arms.csv: $reader --data spoilt
done
refused 3 io.csv.unterminated spoilt/arms.csv: report --data spoilt --out unread.json
[ ! -e unread.json ] || fault "report: wrote unread.json from a base that cannot be read"
rm spoilt/arms.csv
refused 3 evidence.base.no_file spoilt/arms.csv report --data spoilt
run 3 evidence check --data spoilt
grep -q 'arms.csv.*evidence.base.no_file' out || fault "evidence check, no table: $(head -3 out)"

echo "cli: $checks commands, $faults fault(s)"
[ "$faults" = 0 ]
